/** A bucket's lifecycle and replication rules as templates write them, whose names are older than the API's. */
import type { Properties } from "../../kernel.ts";

export function lifecycle(property: Properties | undefined): unknown {
  if (property === undefined) return undefined;
  const rules = property.Rules as readonly Properties[];
  return {
    Rules: rules.map((rule, index) => ({
      ID: rule.Id ?? `rule-${index + 1}`,
      Status: rule.Status,
      Filter: lifecycleFilter(rule),
      Expiration: expiration(rule),
      Transitions: listed(rule.Transitions, rule.Transition)?.map((transition) => ({
        Days: transition.TransitionInDays === undefined ? undefined : Number(transition.TransitionInDays),
        Date: dateOf(transition.TransitionDate),
        StorageClass: transition.StorageClass,
      })),
      NoncurrentVersionExpiration:
        numbered(rule.NoncurrentVersionExpiration) ??
        (rule.NoncurrentVersionExpirationInDays === undefined
          ? undefined
          : { NoncurrentDays: Number(rule.NoncurrentVersionExpirationInDays) }),
      NoncurrentVersionTransitions: listed(rule.NoncurrentVersionTransitions, rule.NoncurrentVersionTransition)?.map(
        ({ TransitionInDays, NewerNoncurrentVersions: newer, StorageClass }) => ({
          ...{ NoncurrentDays: Number(TransitionInDays), StorageClass },
          NewerNoncurrentVersions: newer === undefined ? undefined : Number(newer),
        }),
      ),
      AbortIncompleteMultipartUpload: rule.AbortIncompleteMultipartUpload,
    })),
  };
}

/** Several conditions are joined by an And. */
function lifecycleFilter(rule: Properties): object {
  const tags = (rule.TagFilters ?? []) as readonly Properties[];
  const sizes = ["ObjectSizeGreaterThan", "ObjectSizeLessThan"]
    .filter((name) => rule[name] !== undefined)
    .map((name) => [name, Number(rule[name])] as const);
  const conditions = tags.length + sizes.length + (rule.Prefix === undefined ? 0 : 1);
  if (conditions > 1)
    return {
      And: {
        ...(rule.Prefix !== undefined && { Prefix: rule.Prefix }),
        ...(tags.length > 0 && { Tags: tags }),
        ...Object.fromEntries(sizes),
      },
    };
  if (tags.length === 1) return { Tag: tags[0] };
  return sizes.length === 1 ? Object.fromEntries(sizes) : { Prefix: rule.Prefix ?? "" };
}

function expiration(rule: Properties): object | undefined {
  const { ExpirationInDays: days, ExpirationDate: date, ExpiredObjectDeleteMarker: marker } = rule;
  if (days === undefined && date === undefined && marker === undefined) return undefined;
  return {
    Days: days === undefined ? undefined : Number(days),
    ...{ Date: dateOf(date), ExpiredObjectDeleteMarker: marker },
  };
}

/** Of some things a template may write a list, or one alone as it did in older times. */
function listed(many: unknown, one: unknown): readonly Properties[] | undefined {
  if (many === undefined && one === undefined) return undefined;
  return [...((many ?? []) as readonly Properties[]), ...(one === undefined ? [] : [one as Properties])];
}

function numbered(value: Properties | undefined): object | undefined {
  return value && Object.fromEntries(Object.entries(value).map(([name, one]) => [name, Number(one)]));
}

function dateOf(value: unknown): Date | undefined {
  return value === undefined ? undefined : new Date(String(value));
}

export function replication(property: Properties | undefined): unknown {
  if (property === undefined) return undefined;
  const rules = property.Rules as readonly Properties[];
  return {
    Role: property.Role,
    Rules: rules.map(({ Id, Filter, Priority, ...rule }) => ({
      ...(Id !== undefined && { ID: Id }),
      ...(Priority !== undefined && { Priority: Number(Priority) }),
      ...(Filter !== undefined && { Filter: replicationFilter(Filter) }),
      ...rule,
    })),
  };
}

function replicationFilter({ And, TagFilter, Prefix }: Properties): object {
  if (And !== undefined) {
    const { TagFilters, ...others } = And as Properties;
    return { And: { ...others, ...(TagFilters !== undefined && { Tags: TagFilters }) } };
  }
  return TagFilter === undefined ? { Prefix } : { Tag: TagFilter };
}
