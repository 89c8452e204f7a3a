export const id = 869;
export const ids = [869,733];
export const modules = {

/***/ 733:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  bucketClient: () => (/* binding */ bucketClient),
  cellRecords: () => (/* binding */ cellRecords)
});

// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var dist_cjs = __webpack_require__(8495);
// EXTERNAL MODULE: ./actions/lib/domain/environment-names.ts
var environment_names = __webpack_require__(2560);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/client.ts
var aws_client = __webpack_require__(8247);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/s3-records.ts


/** Records as objects of the environment's bucket. */
function s3Records(client, bucket) {
    return {
        get: async (key) => {
            try {
                const object = await client.send(new dist_cjs/* GetObjectCommand */.jLs({ Bucket: bucket, Key: key }));
                const text = (await object.Body?.transformToString()) ?? "null";
                return { value: JSON.parse(text), tag: object.ETag ?? "" };
            }
            catch (error) {
                if ((0,aws_client/* hasCode */.u)(error, "NoSuchKey"))
                    return undefined;
                throw error;
            }
        },
        put: async (key, value, condition) => {
            try {
                const { ETag } = await client.send(new dist_cjs/* PutObjectCommand */.wKZ({
                    Bucket: bucket,
                    Key: key,
                    Body: JSON.stringify(value),
                    ContentType: "application/json",
                    ...(condition !== undefined && "ifAbsent" in condition && { IfNoneMatch: "*" }),
                    ...(condition !== undefined && "ifTag" in condition && { IfMatch: condition.ifTag }),
                }));
                return ETag ?? "";
            }
            catch (error) {
                // 412: the condition does not hold. 409: somebody else writes this key right now. 404 with IfMatch: it is gone.
                // (Amazon S3 user guide, "Conditional writes".)
                const lost = (0,aws_client/* hasCode */.u)(error, "PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey");
                if (condition !== undefined && lost)
                    return undefined;
                throw error;
            }
        },
        delete: async (key) => {
            await client.send(new dist_cjs/* DeleteObjectCommand */.k4j({ Bucket: bucket, Key: key }));
        },
        list: async (prefix) => {
            const keys = [];
            let token;
            do {
                const page = await client.send(new dist_cjs/* ListObjectsV2Command */.u6x({
                    Bucket: bucket,
                    Prefix: prefix,
                    ...(token !== undefined && { ContinuationToken: token }),
                }));
                for (const { Key } of page.Contents ?? [])
                    if (Key !== undefined)
                        keys.push(Key);
                token = page.NextContinuationToken;
            } while (token !== undefined);
            return keys;
        },
    };
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/scheduler-client.ts
var scheduler_client = __webpack_require__(3127);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-records.ts




/** A cell's records. */
function cellRecords(connection) {
    return s3Records(bucketClient(connection), (0,environment_names/* recordsBucket */.JV)(connection.environment));
}
/** On AWS a bucket is addressed by name; at an endpoint of one's own, as on a test bed, by path. */
function bucketClient({ client, trace, calls }) {
    const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
    return (0,scheduler_client/* scheduled */.cX)(trace.follow(new dist_cjs/* S3Client */.YxF({ ...(0,scheduler_client/* scheduledSettings */.hS)(client), forcePathStyle })), calls);
}


/***/ }),

/***/ 7869:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cellStacks: () => (/* binding */ cellStacks)
});

// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-cloudformation/dist-cjs/index.js
var dist_cjs = __webpack_require__(5885);
// EXTERNAL MODULE: ./actions/lib/domain/environment-names.ts
var environment_names = __webpack_require__(2560);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/cell-records.ts + 1 modules
var cell_records = __webpack_require__(733);
;// CONCATENATED MODULE: ./actions/lib/domain/stack-policy.ts
/**
 * The stack policy of every tenant stack: nothing that holds data is replaced or deleted by an update, whatever a change set
 * says.
 *
 * @param permitted logical ids that may go all the same, because the tenant file allows it with a reason
 */
function stackPolicy(permitted = []) {
    const resources = permitted.length === 0 ? { Resource: "*" } : { NotResource: permitted.map((id) => `LogicalResourceId/${id}`) };
    return {
        Statement: [
            { Effect: "Allow", Principal: "*", Action: "Update:*", Resource: "*" },
            {
                Effect: "Deny",
                Principal: "*",
                Action: ["Update:Replace", "Update:Delete"],
                ...resources,
                Condition: { StringEquals: { ResourceType: protectedTypes } },
            },
        ],
    };
}
const protectedTypes = [
    "AWS::RDS::DBInstance",
    "AWS::ElastiCache::ReplicationGroup",
    "AWS::EFS::FileSystem",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
];

// EXTERNAL MODULE: ./actions/lib/domain/fingerprint.ts
var fingerprint = __webpack_require__(8772);
;// CONCATENATED MODULE: ./actions/lib/domain/sensitive.ts
/**
 * Keeps secrets out of plans, logs and issues. Values are masked before they become part of any value of ours, so nothing further
 * down has to remember to.
 */
/** What stands for a value nobody should read. */
const masked = "(sensitive)";
/** Names whose value is a secret: `MasterUserPassword`, `client_secret`, `DJANGO_SECRET_KEY`. Judged by how they end. */
const secretName = /(password|passwd|passphrase|secret|secret_?string|secret_?key|token|private_?key|api_?key|access_?key|signing_?key|encryption_?key|credentials?|connection_?string|authorization|salt)$/i;
/** Texts that are secrets whatever they are called. Each match is masked, the rest of the text stays. */
const secretTexts = [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    /\b(AKIA|ASIA)[0-9A-Z]{16}\b/g,
    /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
    /\b(gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,})/g,
    /\bxox[abeoprs]-[\w-]{10,}/g,
    /\b[rs]k_(live|test)_\w{10,}/g,
    // The password of an address: postgres://user:password@host
    /(?<=:\/\/[^\s:/?#@]{0,100}:)[^\s/?#@]+(?=@)/g,
    // The value of a secret in a connection string or a query: password=…
    /(?<=\b(?:password|passwd|pwd|secret|token|api_?key)=)[^\s;&"']+/gi,
];
const reference = /\{\{resolve:(secretsmanager|ssm-secure|ssm):[^}]*\}\}/g;
/**
 * A property's value as it may be shown.
 *
 * @param path of the property, as CloudFormation writes it: `/Properties/MasterUserPassword`
 * @param value text, or JSON of a structure, in which single members are masked
 */
function shownValue(path, value) {
    const name = path.split("/").findLast((part) => part !== "" && !/^\d+$/.test(part)) ?? "";
    // CloudFormation masks what a NoEcho parameter went into, and only that.
    if (/^\*{4,}$/.test(value))
        return masked;
    if (/^\s*[[{]/.test(value)) {
        const structure = parsed(value);
        if (structure !== undefined)
            return JSON.stringify(shownMember(name, structure));
    }
    return shownText(name, value);
}
/** Free text, such as the reason of an event, without the secrets in it. */
function withoutSecrets(text) {
    const known = secretTexts.reduce((shown, pattern) => shown.replace(pattern, masked), text);
    return known.replace(reference, (_whole, store) => `(from ${store})`);
}
function shownText(name, text) {
    if (secretName.test(name) && !harmless(text))
        return masked;
    return looksRandom(text) ? masked : withoutSecrets(text);
}
/** What may stand under a secret's name without being one: switches, and the address of where the secret is. */
function harmless(text) {
    return text === "" || /^(true|false)$/i.test(text) || text.startsWith("arn:") || /^\(known after apply\)$/.test(text);
}
function shownMember(name, value) {
    if (typeof value === "string")
        return shownText(name, value);
    if (typeof value === "number")
        return secretName.test(name) ? masked : value;
    if (Array.isArray(value))
        return value.map((each) => shownMember(name, each));
    if (typeof value !== "object" || value === null)
        return value;
    const members = Object.entries(value);
    // Variables and parameters come as { Name: …, Value: … }.
    const called = members.find(([key, text]) => /^(name|key|parameter_?key)$/i.test(key) && typeof text === "string");
    return Object.fromEntries(members.map(([key, member]) => {
        const isValue = called !== undefined && /^(value|parameter_?value)$/i.test(key);
        return [key, shownMember(isValue ? String(called[1]) : key, member)];
    }));
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch (error) {
        if (error instanceof SyntaxError)
            return undefined;
        throw error;
    }
}
/** A long run of letters of both cases and digits without any structure is a generated secret, not a name. */
function looksRandom(text) {
    if (!/^[A-Za-z0-9+/_=]{32,}$/.test(text))
        return false;
    if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text))
        return false;
    const counts = new Map();
    for (const character of text)
        counts.set(character, (counts.get(character) ?? 0) + 1);
    const entropy = [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0);
    return entropy > 3.9;
}

;// CONCATENATED MODULE: ./actions/lib/domain/stack.ts
/** Every status CloudFormation documents for a stack (API reference, Stack.StackStatus). */
const stackStatuses = [
    "CREATE_IN_PROGRESS",
    "CREATE_FAILED",
    "CREATE_COMPLETE",
    "ROLLBACK_IN_PROGRESS",
    "ROLLBACK_FAILED",
    "ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS",
    "DELETE_FAILED",
    "DELETE_COMPLETE",
    "UPDATE_IN_PROGRESS",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_COMPLETE",
    "UPDATE_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS",
    "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE",
    "REVIEW_IN_PROGRESS",
    "IMPORT_IN_PROGRESS",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_IN_PROGRESS",
    "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_COMPLETE",
];
/**
 * Decides from the status enum alone, never from message text.
 *
 * @param status undefined when CloudFormation knows no such stack
 */
function stackCondition(status) {
    if (status === undefined)
        return { kind: "absent" };
    switch (status) {
        case "DELETE_COMPLETE":
            return { kind: "absent" };
        case "REVIEW_IN_PROGRESS":
            return { kind: "shell" };
        case "CREATE_COMPLETE":
        case "UPDATE_COMPLETE":
        case "UPDATE_ROLLBACK_COMPLETE":
        case "IMPORT_COMPLETE":
        case "IMPORT_ROLLBACK_COMPLETE":
            return { kind: "settled" };
        case "CREATE_IN_PROGRESS":
            return { kind: "busy", doing: "creating" };
        case "UPDATE_IN_PROGRESS":
        case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS":
            return { kind: "busy", doing: "updating" };
        case "ROLLBACK_IN_PROGRESS":
        case "UPDATE_ROLLBACK_IN_PROGRESS":
        case "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS":
        case "IMPORT_ROLLBACK_IN_PROGRESS":
            return { kind: "busy", doing: "rolling back" };
        case "DELETE_IN_PROGRESS":
            return { kind: "busy", doing: "deleting" };
        case "IMPORT_IN_PROGRESS":
            return { kind: "busy", doing: "importing" };
        case "ROLLBACK_COMPLETE":
            return { kind: "creation-undone" };
        case "UPDATE_ROLLBACK_FAILED":
            return { kind: "stuck", recovery: "continue-rollback" };
        case "CREATE_FAILED":
        case "UPDATE_FAILED":
            return { kind: "stuck", recovery: "rollback" };
        case "ROLLBACK_FAILED":
        case "DELETE_FAILED":
            return { kind: "stuck", recovery: "delete" };
        // The stack lives, and only the importing is half undone: nothing the pipeline does by itself.
        case "IMPORT_ROLLBACK_FAILED":
            return { kind: "stuck", recovery: "by-hand" };
    }
}
/** The strongest replacement among several. */
function strongest(replacements) {
    if (replacements.includes("always"))
        return "always";
    return replacements.includes("conditional") ? "conditional" : "never";
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/change-set.ts


/** The two reasons CloudFormation gives for a change set without changes; it has no code for it. */
const emptyReasons = ["The submitted information didn't contain changes.", "No updates are to be performed."];
/**
 * The only sign that values made CloudFormation drop whole changes (aws-cdk-cli issue 1780): the status is as good as ever.
 */
function droppedChanges(description) {
    return description.StatusReason?.includes("[WARN] --include-property-values") ?? false;
}
/**
 * Translates a complete description.
 *
 * @param changes of all pages and nested stacks
 * @param incomplete whether CloudFormation could not show the values of some of them
 */
function toChangeSet(description, changes, incomplete) {
    return {
        id: description.ChangeSetId ?? "",
        name: description.ChangeSetName ?? "",
        stackId: description.StackId ?? "",
        state: toState(description),
        changes,
        incomplete,
        createdAt: description.CreationTime ?? new Date(0),
    };
}
function toState({ Status, ExecutionStatus, StatusReason }) {
    switch (Status) {
        case "CREATE_PENDING":
        case "CREATE_IN_PROGRESS":
            return { kind: "creating" };
        case "FAILED":
            return emptyReasons.some((reason) => StatusReason?.startsWith(reason))
                ? { kind: "empty" }
                : { kind: "failed", reason: withoutSecrets(StatusReason ?? "CloudFormation gave no reason") };
        case "CREATE_COMPLETE":
            break;
        case "DELETE_PENDING":
        case "DELETE_IN_PROGRESS":
        case "DELETE_COMPLETE":
            return { kind: "deleting" };
        case "DELETE_FAILED":
            return { kind: "failed", reason: `the change set is in ${Status}` };
        default:
            throw new Error(`unknown change set status ${String(Status)}`);
    }
    switch (ExecutionStatus) {
        case "AVAILABLE":
            return { kind: "available" };
        case "UNAVAILABLE":
            return { kind: "failed", reason: StatusReason ?? "the change set is unavailable" };
        case "EXECUTE_IN_PROGRESS":
            return { kind: "executing" };
        case "EXECUTE_COMPLETE":
            return { kind: "executed" };
        case "EXECUTE_FAILED":
            return { kind: "failed", reason: "its execution failed" };
        case "OBSOLETE":
            return { kind: "obsolete" };
        default:
            throw new Error(`unknown change set execution status ${String(ExecutionStatus)}`);
    }
}
/** One change, with every value that is a secret masked. */
function toResourceChange(change) {
    const properties = byPath(change.Details ?? []);
    const policyAction = policyActions.find((one) => one === change.PolicyAction);
    return {
        logicalId: change.LogicalResourceId ?? "",
        type: change.ResourceType ?? "",
        ...(change.PhysicalResourceId !== undefined && { physicalId: change.PhysicalResourceId }),
        action: toAction(change.Action),
        replacement: toReplacement(change.Replacement),
        // One we do not know is left out, and what is left out counts as deletion.
        ...(policyAction !== undefined && { policyAction }),
        ...((change.ResourceDriftStatus === "MODIFIED" || change.ResourceDriftStatus === "DELETED") && { drifted: true }),
        properties,
    };
}
const policyActions = [
    "Delete",
    "Retain",
    "Snapshot",
    "ReplaceAndDelete",
    "ReplaceAndRetain",
    "ReplaceAndSnapshot",
];
/** One row per property path; CloudFormation gives a detail per cause. */
function byPath(details) {
    const paths = new Map();
    for (const detail of details) {
        const target = detail.Target;
        const path = target?.Path ?? `/${target?.Attribute ?? "Properties"}${target?.Name === undefined ? "" : `/${target.Name}`}`;
        paths.set(path, [...(paths.get(path) ?? []), detail]);
    }
    return [...paths].map(([path, same]) => {
        const before = same.find((detail) => detail.Target?.BeforeValue !== undefined)?.Target?.BeforeValue;
        const after = same.find((detail) => detail.Target?.AfterValue !== undefined)?.Target?.AfterValue;
        return {
            path,
            ...shownPair(path, before, after),
            replacement: strongest(same.map((detail) => toRecreation(detail.Target?.RequiresRecreation))),
        };
    });
}
function shownPair(path, before, after) {
    const was = before === undefined ? undefined : shown(path, before);
    const will = after === undefined ? undefined : shown(path, after);
    const hidden = was === masked && will === masked;
    return {
        ...(was !== undefined && { before: was }),
        ...(will !== undefined && { after: hidden ? "(sensitive, changed)" : will }),
    };
}
function shown(path, value) {
    return shownValue(path, value.replaceAll("{{changeSet:KNOWN_AFTER_APPLY}}", "(known after apply)"));
}
function toAction(action) {
    switch (action) {
        case "Add":
            return "add";
        case "Modify":
            return "modify";
        case "Remove":
            return "remove";
        case "Import":
            return "import";
        case "Dynamic":
            return "dynamic";
        case "SyncWithActual":
            return "sync";
        default:
            throw new Error(`unknown change set action ${String(action)}`);
    }
}
function toReplacement(replacement) {
    switch (replacement) {
        case "True":
            return "always";
        case "Conditional":
            return "conditional";
        case "False":
        case undefined:
            return "never";
        default:
            throw new Error(`unknown replacement ${String(replacement)}`);
    }
}
function toRecreation(recreation) {
    switch (recreation) {
        case "Always":
            return "always";
        case "Conditionally":
            return "conditional";
        case "Never":
        case undefined:
            return "never";
        default:
            throw new Error(`unknown recreation ${recreation}`);
    }
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/change-set-description.ts


/** Stacks inside stacks inside stacks: more than this is a loop. */
const deepest = 8;
/**
 * Describes a change set by its ARN completely: every page; the changes of nested stacks, as `Outer.Inner`; and what the
 * description with values leaves out (aws-cdk-cli issue 1780), read again without values.
 */
async function describeCompletely(client, id, depth = 0) {
    if (depth > deepest)
        throw new Error(`change sets of nested stacks more than ${deepest} deep, at ${id}`);
    const valued = await allPages(client, id, true);
    const dropped = droppedChanges(valued.description);
    const changes = dropped ? merged(valued.changes, (await allPages(client, id, false)).changes) : valued.changes;
    const inner = await Promise.all(changes.map(async (change) => {
        const own = toResourceChange(change);
        if (change.ChangeSetId === undefined)
            return [own];
        const nested = await describeCompletely(client, change.ChangeSetId, depth + 1);
        if (nested.state.kind === "failed") {
            throw new Error(`the change set of nested stack ${own.logicalId} failed: ${nested.state.reason}`);
        }
        const inside = nested.changes.map((one) => ({ ...one, logicalId: `${own.logicalId}.${one.logicalId}` }));
        // What changes in a nested stack is what changes inside; coming and going is a change of its own.
        return own.action === "modify" && own.replacement === "never" ? inside : [own, ...inside];
    }));
    return toChangeSet(valued.description, inner.flat(), dropped);
}
async function allPages(client, id, values) {
    const changes = [];
    let description;
    let token;
    do {
        const page = await client.send(new dist_cjs/* DescribeChangeSetCommand */.TTT({
            ChangeSetName: id,
            IncludePropertyValues: values,
            ...(token !== undefined && { NextToken: token }),
        }));
        description ??= page;
        // The marker of dropped changes may stand on any page.
        if (droppedChanges(page))
            description = { ...description, StatusReason: page.StatusReason };
        for (const change of page.Changes ?? []) {
            if (change.ResourceChange !== undefined)
                changes.push(change.ResourceChange);
        }
        token = page.NextToken;
    } while (token !== undefined);
    return { description, changes };
}
/** Every change, with its values where they could be had. */
function merged(valued, plain) {
    const known = new Map(valued.map((change) => [change.LogicalResourceId, change]));
    const listed = new Set(plain.map((change) => change.LogicalResourceId));
    const only = valued.filter((change) => !listed.has(change.LogicalResourceId));
    return [...plain.map((change) => known.get(change.LogicalResourceId) ?? change), ...only];
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/client.ts
var aws_client = __webpack_require__(8247);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/stack-shape.ts


/** @throws Error for a status that no documentation knows */
function toStack(stack) {
    return {
        id: stack.StackId ?? "",
        name: stack.StackName ?? "",
        status: toStatus(stack.StackStatus),
        ...(stack.StackStatusReason !== undefined && { statusReason: withoutSecrets(stack.StackStatusReason) }),
        outputs: pairs(stack.Outputs ?? [], "OutputKey", "OutputValue"),
        parameters: pairs(stack.Parameters ?? [], "ParameterKey", "ParameterValue"),
        tags: pairs(stack.Tags ?? [], "Key", "Value"),
        terminationProtection: stack.EnableTerminationProtection ?? false,
        operations: (stack.LastOperations ?? []).flatMap(({ OperationId }) => OperationId ?? []),
        createdAt: stack.CreationTime ?? new Date(0),
        ...(stack.LastUpdatedTime !== undefined && { updatedAt: stack.LastUpdatedTime }),
    };
}
function toStackResource(resource) {
    const { ResourceStatusReason: reason } = resource;
    return {
        logicalId: resource.LogicalResourceId ?? "",
        type: resource.ResourceType ?? "",
        status: resource.ResourceStatus ?? "",
        ...(reason !== undefined && { reason: withoutSecrets(reason) }),
        at: resource.LastUpdatedTimestamp ?? new Date(0),
    };
}
/** A list of keys and values, as AWS writes them, as a record. */
function pairs(list, key, value) {
    return Object.fromEntries(list.map((entry) => [entry[key] ?? "", entry[value] ?? ""]));
}
function toStatus(status) {
    const known = stackStatuses.find((one) => one === status);
    if (known === undefined)
        throw new Error(`unknown stack status ${String(status)}`);
    return known;
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/change-set-requests.ts






const notThere = ["ChangeSetNotFoundException", "ChangeSetNotFound"];
/** The change sets of stacks. See cloudFormationStacks for the settings. */
function changeSetRequests(client, settings) {
    const look = async (stack, name) => {
        try {
            return await client.send(new dist_cjs/* DescribeChangeSetCommand */.TTT({ StackName: stack, ChangeSetName: name }));
        }
        catch (error) {
            // By name, this call answers ValidationError only when there is no such stack.
            if ((0,aws_client/* hasCode */.u)(error, ...notThere, "ValidationError"))
                return undefined;
            throw error;
        }
    };
    const describeChangeSet = async (id) => {
        try {
            return await describeCompletely(client, id);
        }
        catch (error) {
            if ((0,aws_client/* hasCode */.u)(error, ...notThere))
                return undefined;
            throw error;
        }
    };
    const deleteChangeSet = async (id) => {
        try {
            await client.send(new dist_cjs/* DeleteChangeSetCommand */.$GE({ ChangeSetName: id }));
        }
        catch (error) {
            if (!(0,aws_client/* hasCode */.u)(error, ...notThere))
                throw error;
        }
    };
    return {
        findChangeSet: async (stack, name) => {
            // From here on by ARN: by name, an obsolete change set is described without its content.
            const id = (await look(stack, name))?.ChangeSetId;
            return id === undefined ? undefined : await describeChangeSet(id);
        },
        createChangeSet: async ({ desire, name, kind, token }) => {
            const template = await settings.upload(desire.template);
            try {
                const { Id } = await client.send(new dist_cjs/* CreateChangeSetCommand */.YDU({
                    StackName: desire.name,
                    ChangeSetName: name,
                    ChangeSetType: kind === "create" ? "CREATE" : "UPDATE",
                    ClientToken: token,
                    ...template,
                    Parameters: Object.entries(desire.parameters).map(([ParameterKey, ParameterValue]) => ({
                        ParameterKey,
                        ParameterValue,
                    })),
                    Tags: Object.entries(desire.tags).map(([Key, Value]) => ({ Key, Value })),
                    Capabilities: ["CAPABILITY_IAM"],
                    IncludeNestedStacks: true,
                    RoleARN: settings.executionRole,
                }));
                if (Id === undefined)
                    throw new Error("CreateChangeSet answered without an id");
                return { id: Id, made: true };
            }
            catch (error) {
                const other = (0,aws_client/* hasCode */.u)(error, "AlreadyExistsException")
                    ? (await look(desire.name, name))?.ChangeSetId
                    : undefined;
                if (other === undefined)
                    throw error;
                return { id: other, made: false };
            }
        },
        describeChangeSet,
        changeSetProblems: async (id) => {
            const problems = [];
            try {
                for await (const event of failedEvents(client, id))
                    problems.push(...problemOf(event));
            }
            catch (error) {
                // A change set that failed before it was validated has no events to describe; its own reason says what is wrong.
                if (!(0,aws_client/* hasCode */.u)(error, ...notThere, "ValidationError"))
                    throw error;
            }
            // Newest first is how they come.
            return [...new Set(problems.reverse())];
        },
        isMadeOf: async (id, desire) => {
            const [{ TemplateBody }, description] = await Promise.all([
                client.send(new dist_cjs/* GetTemplateCommand */._JK({ StackName: desire.name, ChangeSetName: id, TemplateStage: "Original" })),
                client.send(new dist_cjs/* DescribeChangeSetCommand */.TTT({ ChangeSetName: id })),
            ]);
            const made = {
                template: TemplateBody,
                parameters: pairs(description.Parameters ?? [], "ParameterKey", "ParameterValue"),
                tags: pairs(description.Tags ?? [], "Key", "Value"),
            };
            const { template, parameters, tags } = desire;
            return (0,fingerprint/* canonicalJson */.d)(made) === (0,fingerprint/* canonicalJson */.d)({ template, parameters, tags }) && isPlain(description);
        },
        deleteChangeSet,
        discardChangeSet: async (stack, name) => {
            const found = await look(stack, name);
            const executed = found?.ExecutionStatus?.startsWith("EXECUTE_") ?? false;
            if (found?.ChangeSetId !== undefined && !executed)
                await deleteChangeSet(found.ChangeSetId);
        },
        sweepChangeSets: async (stack, before) => {
            const dead = [];
            let token;
            do {
                const page = await client.send(new dist_cjs/* ListChangeSetsCommand */.NK4({ StackName: stack, ...(token !== undefined && { NextToken: token }) }));
                for (const { ChangeSetId, ChangeSetName, Status, ExecutionStatus, CreationTime } of page.Summaries ?? []) {
                    const ours = ChangeSetName?.startsWith("plan-") === true && ChangeSetId !== undefined;
                    const old = CreationTime !== undefined && CreationTime < before;
                    if (ours && (Status === "FAILED" || ExecutionStatus === "OBSOLETE" || old))
                        dead.push(ChangeSetId);
                }
                token = page.NextToken;
            } while (token !== undefined);
            await Promise.all(dead.map(deleteChangeSet));
            return dead.length;
        },
        executeChangeSet: async (id, token) => {
            try {
                await client.send(new dist_cjs/* ExecuteChangeSetCommand */.PB_({ ChangeSetName: id, ClientRequestToken: token }));
                return "started";
            }
            catch (error) {
                if ((0,aws_client/* hasCode */.u)(error, ...notThere, "InvalidChangeSetStatusException", "InvalidChangeSetStatus")) {
                    return "not-executable";
                }
                throw error;
            }
        },
    };
}
/** Whether a change set asks for nothing that ours never ask for: to delete on failure, to import, to tell or obey somebody else. */
function isPlain(description) {
    const { Capabilities = [], OnStackFailure, NotificationARNs = [], RollbackConfiguration } = description;
    return (Capabilities.join() === "CAPABILITY_IAM" &&
        (OnStackFailure === undefined || OnStackFailure === "ROLLBACK") &&
        NotificationARNs.length === 0 &&
        (RollbackConfiguration?.RollbackTriggers ?? []).length === 0 &&
        description.ImportExistingResources !== true);
}
async function* failedEvents(client, changeSet) {
    let token;
    do {
        const page = await client.send(new dist_cjs/* DescribeEventsCommand */.w6x({
            ChangeSetName: changeSet,
            Filters: { FailedEvents: true },
            ...(token !== undefined && { NextToken: token }),
        }));
        yield* page.OperationEvents ?? [];
        token = page.NextToken;
    } while (token !== undefined);
}
/** `Database /Properties/Engine: is not one of … (PROPERTY_VALIDATION)`; nothing for an event that gives no reason. */
function problemOf(event) {
    const { ValidationName, ValidationStatusReason, ValidationPath, HookType, HookStatusReason } = event;
    const reason = ValidationStatusReason ?? HookStatusReason ?? event.ResourceStatusReason;
    if (reason === undefined)
        return [];
    const where = [event.LogicalResourceId, ValidationPath].filter((part) => part !== undefined && part !== "").join(" ");
    const by = ValidationName ?? HookType;
    return [withoutSecrets(`${where === "" ? "" : `${where}: `}${reason}${by === undefined ? "" : ` (${by})`}`)];
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/stack-events.ts


/**
 * Watches the events of a stack and of the stacks nested in it. Each look reads only as many pages as have news: events come
 * newest first, so the first known one ends the reading.
 */
function watchEvents(client, stackId, since) {
    const seen = new Set();
    const stacks = new Set([stackId]);
    const read = async (stack) => {
        const news = [];
        for await (const event of newest(client, stack)) {
            const translated = toStackEvent(event, stack);
            if (translated.at < since || seen.has(translated.id))
                break;
            news.push(translated);
        }
        for (const { id } of news)
            seen.add(id);
        return news;
    };
    return async () => {
        const found = [];
        // A stack nested in a nested one is known only once that one's events were read.
        for (let next = [...stacks]; next.length > 0;) {
            const news = (await Promise.all(next.map(read))).flat();
            found.push(...news);
            next = news.flatMap(({ type, physicalId }) => {
                const known = type !== "AWS::CloudFormation::Stack" || physicalId === undefined || stacks.has(physicalId);
                if (known)
                    return [];
                stacks.add(physicalId);
                return [physicalId];
            });
        }
        return found.sort((a, b) => a.at.getTime() - b.at.getTime());
    };
}
async function* newest(client, stack) {
    let token;
    do {
        const page = await client.send(new dist_cjs/* DescribeStackEventsCommand */.Ie9({ StackName: stack, ...(token !== undefined && { NextToken: token }) }));
        yield* page.StackEvents ?? [];
        token = page.NextToken;
    } while (token !== undefined);
}
function toStackEvent(event, stackId) {
    const { PhysicalResourceId: physicalId, ResourceStatusReason: reason, ClientRequestToken: operation } = event;
    return {
        id: event.EventId ?? "",
        at: event.Timestamp ?? new Date(0),
        stackId,
        logicalId: event.LogicalResourceId ?? "",
        type: event.ResourceType ?? "",
        status: event.ResourceStatus ?? "",
        ...(physicalId !== undefined && physicalId !== "" && { physicalId }),
        ...(reason !== undefined && { reason: withoutSecrets(reason) }),
        ...(operation !== undefined && { operation }),
        ...(event.HookType !== undefined && {
            hook: {
                type: event.HookType,
                failed: (event.HookStatus ?? "").endsWith("FAILED") && event.HookFailureMode !== "WARN",
                reason: withoutSecrets(event.HookStatusReason ?? "no reason given"),
            },
        }),
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cloudformation-stacks.ts






/**
 * Stacks through the CloudFormation API.
 *
 * @param settings.executionRole role CloudFormation itself acts with; the pipeline's roles may not touch resources
 * @param settings.upload makes a template fit for CreateChangeSet
 */
function cloudFormationStacks(client, settings) {
    const setPolicy = async (stackId, permitted) => {
        await client.send(new dist_cjs/* SetStackPolicyCommand */.kpO({ StackName: stackId, StackPolicyBody: JSON.stringify(stackPolicy(permitted)) }));
    };
    return {
        ...changeSetRequests(client, settings),
        find: async (name) => {
            try {
                const { Stacks } = await client.send(new dist_cjs/* DescribeStacksCommand */.Y47({ StackName: name }));
                return Stacks?.[0] === undefined ? undefined : toStack(Stacks[0]);
            }
            catch (error) {
                // CloudFormation has no code of its own for "no such stack": by name, this call answers ValidationError for nothing else.
                if ((0,aws_client/* hasCode */.u)(error, "ValidationError"))
                    return undefined;
                throw error;
            }
        },
        watch: (stackId, since) => watchEvents(client, stackId, since),
        delete: async (stackId, token) => {
            await client.send(new dist_cjs/* DeleteStackCommand */.fAr({ StackName: stackId, ClientRequestToken: token }));
        },
        continueRollback: async (stackId, token) => {
            await client.send(new dist_cjs/* ContinueUpdateRollbackCommand */.cAj({ StackName: stackId, ClientRequestToken: token }));
        },
        // Without RetainExceptOnCreate: what is to be kept when it goes is kept, even if it was made just now.
        rollback: async (stackId, token) => {
            await client.send(new dist_cjs/* RollbackStackCommand */.WIs({ StackName: stackId, ClientRequestToken: token }));
        },
        protect: async (stackId) => {
            await client.send(new dist_cjs/* UpdateTerminationProtectionCommand */.mP2({ StackName: stackId, EnableTerminationProtection: true }));
            await setPolicy(stackId, []);
        },
        permit: setPolicy,
        resources: async (stackId) => {
            const resources = [];
            let token;
            do {
                const page = await client.send(new dist_cjs/* ListStackResourcesCommand */.XnL({ StackName: stackId, ...(token !== undefined && { NextToken: token }) }));
                resources.push(...(page.StackResourceSummaries ?? []).map(toStackResource));
                token = page.NextToken;
            } while (token !== undefined);
            return resources.filter(({ status }) => status !== "DELETE_COMPLETE");
        },
    };
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/scheduler-client.ts
var scheduler_client = __webpack_require__(3127);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var client_s3_dist_cjs = __webpack_require__(8495);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/template-upload.ts


/** Bytes CloudFormation takes as TemplateBody; longer templates are sent by address (CloudFormation quotas). */
const templateBodyLimit = 51_200;
/**
 * Makes a template fit for a change set. An upload's key is its SHA-256, so concurrent runs never overwrite each other's.
 *
 * @param settings.region of the bucket, for a regional address
 * @param settings.prefix part of the bucket that the role may write templates to
 */
function templateUpload(client, { bucket, region, prefix }) {
    const done = new Map();
    const upload = async (template, key) => {
        await client.send(new client_s3_dist_cjs/* PutObjectCommand */.wKZ({
            Bucket: bucket,
            Key: key,
            Body: template,
            ContentType: "application/yaml",
            ChecksumAlgorithm: "SHA256",
        }));
        const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
        return `https://${bucket}.s3.${region}.${suffix}/${key}`;
    };
    return async (template) => {
        if (Buffer.byteLength(template) <= templateBodyLimit)
            return { TemplateBody: template };
        const key = `${prefix}/${(0,external_node_crypto_.createHash)("sha256").update(template).digest("hex")}.yml`;
        const running = done.get(key) ?? upload(template, key);
        done.set(key, running);
        return { TemplateURL: await running };
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-stacks.ts






/** A cell's stacks. */
function cellStacks(connection) {
    const { environment, kind, client, trace, calls } = connection;
    return cloudFormationStacks((0,scheduler_client/* scheduled */.cX)(trace.follow(new dist_cjs/* CloudFormationClient */.m1N((0,scheduler_client/* scheduledSettings */.hS)(client))), calls), {
        executionRole: (0,environment_names/* roleArn */.w3)(environment, "cfn"),
        upload: templateUpload((0,cell_records.bucketClient)(connection), {
            bucket: (0,environment_names/* recordsBucket */.JV)(environment),
            region: environment.region,
            // Whoever can push a branch can write below plans/; what is executed comes from a place only the deploy role writes.
            prefix: kind === "plan" ? "plans/templates" : "templates",
        }),
    });
}


/***/ }),

/***/ 3127:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cX: () => (/* binding */ scheduled),
/* harmony export */   hS: () => (/* binding */ scheduledSettings)
/* harmony export */ });
/* unused harmony export withoutRetries */
/* harmony import */ var _domain_service_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

/** The SDK's own retries are off: two that wait for each other would wait twice, and only the scheduler knows the buckets. */
const withoutRetries = { retryMode: "standard", maxAttempts: 1 };
/** Settings of a client whose calls the scheduler lets out. */
function scheduledSettings(settings) {
    return { ...settings, ...withoutRetries };
}
/** Sends every call of a client through the scheduler, so that none can go round it. */
function scheduled(client, calls) {
    const middleware = (next, context) => (args) => {
        const service = (context.clientName ?? "").replace(/Client$/, "");
        const operation = (context.commandName ?? "").replace(/Command$/, "");
        return calls.run({ service: spaced(service), operation, urgency: urgencyOf(args.input) }, () => next(args));
    };
    const stack = client.middlewareStack;
    stack.add(middleware, { step: "initialize", name: "scheduler", priority: "high" });
    return client;
}
/**
 * Whose tenant has most left to do goes first: a tenant registers for its migration, then for one service after the other, and the
 * wave is over when the last of them is. Served in the order they come, a tenant that lost time with one service would lose it again
 * in line behind all the others' last ones.
 */
function urgencyOf(input) {
    const family = "family" in input && typeof input.family === "string" ? input.family : "";
    const position = _domain_service_js__WEBPACK_IMPORTED_MODULE_0__/* .serviceOrder */ .sR.findIndex((role) => family.endsWith(`-${role}`));
    return _domain_service_js__WEBPACK_IMPORTED_MODULE_0__/* .serviceOrder */ .sR.length - (position === -1 ? 0 : position);
}
/** `ApplicationAutoScaling` → `application auto scaling`, `ECS` → `ecs`. */
function spaced(name) {
    return name.replace(/(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=V\d)/g, " ").toLowerCase();
}


/***/ })

};
