export const id = 844;
export const ids = [844];
export const modules = {

/***/ 3844:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cellServices: () => (/* binding */ cellServices)
});

// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-application-auto-scaling/dist-cjs/index.js
var dist_cjs = __webpack_require__(2339);
// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-ecs/dist-cjs/index.js
var client_ecs_dist_cjs = __webpack_require__(8020);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/client.ts
var aws_client = __webpack_require__(8247);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/task-definition.ts
/** A task definition as RegisterTaskDefinition takes it. */
function toRegistration(definition) {
    return {
        family: definition.family,
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        cpu: String(definition.cpu),
        memory: String(definition.memory),
        runtimePlatform: { cpuArchitecture: definition.architecture, operatingSystemFamily: "LINUX" },
        taskRoleArn: definition.taskRole,
        executionRoleArn: definition.executionRole,
        containerDefinitions: [toContainer(definition.container, definition.region)],
        volumes: definition.volumes.map(({ name, fileSystem, accessPoint }) => ({
            name,
            efsVolumeConfiguration: {
                fileSystemId: fileSystem,
                transitEncryption: "ENABLED",
                authorizationConfig: { accessPointId: accessPoint, iam: "ENABLED" },
            },
        })),
        tags: Object.entries(definition.tags).map(([key, value]) => ({ key, value })),
    };
}
function toContainer(container, region) {
    return {
        name: container.name,
        image: container.image,
        essential: true,
        ...(container.entryPoint !== undefined && { entryPoint: [...container.entryPoint] }),
        command: [...container.command],
        environment: Object.entries(container.environment).map(([name, value]) => ({ name, value })),
        secrets: Object.entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        ...(container.port !== undefined && {
            portMappings: [{ containerPort: container.port, protocol: "tcp" }],
        }),
        ...(container.healthCheck !== undefined && {
            healthCheck: {
                command: ["CMD", ...container.healthCheck.command],
                interval: container.healthCheck.intervalSeconds,
                retries: 3,
                startPeriod: 60,
                timeout: 10,
            },
        }),
        stopTimeout: container.stopTimeoutSeconds,
        linuxParameters: { initProcessEnabled: true },
        mountPoints: container.mounts.map(({ volume, path }) => ({
            sourceVolume: volume,
            containerPath: path,
            readOnly: false,
        })),
        logConfiguration: {
            logDriver: "awslogs",
            options: {
                "awslogs-group": container.logGroup,
                "awslogs-region": region,
                "awslogs-stream-prefix": container.name,
            },
        },
    };
}
/**
 * A registered revision as our value, to compare it with the one we want. What we never set is not read: a revision somebody
 * registered by hand differs in its image or command anyway, and a field we do not know is written over by the next roll.
 *
 * @throws Error if the revision is not one of ours (no container)
 */
function fromRegistration(definition, tags) {
    const container = definition.containerDefinitions?.[0];
    if (container === undefined)
        throw new Error(`${definition.taskDefinitionArn} has no container`);
    const options = container.logConfiguration?.options ?? {};
    const [port] = container.portMappings ?? [];
    const [, ...healthCommand] = container.healthCheck?.command ?? [];
    return {
        family: definition.family ?? "",
        cpu: Number(definition.cpu),
        memory: Number(definition.memory),
        architecture: definition.runtimePlatform?.cpuArchitecture === "ARM64" ? "ARM64" : "X86_64",
        taskRole: definition.taskRoleArn ?? "",
        executionRole: definition.executionRoleArn ?? "",
        container: {
            name: container.name ?? "",
            image: container.image ?? "",
            ...(container.entryPoint !== undefined &&
                container.entryPoint.length > 0 && { entryPoint: container.entryPoint }),
            command: container.command ?? [],
            environment: Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name ?? "", value ?? ""])),
            secrets: Object.fromEntries((container.secrets ?? []).map(({ name, valueFrom }) => [name ?? "", valueFrom ?? ""])),
            ...(port?.containerPort !== undefined && { port: port.containerPort }),
            ...(container.healthCheck !== undefined && {
                healthCheck: { command: healthCommand, intervalSeconds: container.healthCheck.interval ?? 30 },
            }),
            stopTimeoutSeconds: container.stopTimeout ?? 30,
            logGroup: options["awslogs-group"] ?? "",
            mounts: (container.mountPoints ?? []).map(({ sourceVolume, containerPath }) => ({
                volume: sourceVolume ?? "",
                path: containerPath ?? "",
            })),
        },
        volumes: (definition.volumes ?? []).map(({ name, efsVolumeConfiguration }) => ({
            name: name ?? "",
            fileSystem: efsVolumeConfiguration?.fileSystemId ?? "",
            accessPoint: efsVolumeConfiguration?.authorizationConfig?.accessPointId ?? "",
        })),
        region: options["awslogs-region"] ?? "",
        tags: Object.fromEntries(tags.map(({ key, value }) => [key ?? "", value ?? ""])),
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-definitions.ts



/** Two registrations of one family at a time are refused with this text and a code that says everything and nothing. */
const tooMany = "Too many concurrent attempts to create a new revision";
/** The task definition part of Services. */
function ecsDefinitions(ecs, clock) {
    // A revision never changes, so it is read once.
    const known = new Map();
    const describe = async (name) => {
        const { taskDefinition, tags } = await ecs.send(new client_ecs_dist_cjs/* DescribeTaskDefinitionCommand */.Zy$({ taskDefinition: name, include: ["TAGS"] }));
        const arn = taskDefinition?.taskDefinitionArn;
        if (taskDefinition === undefined || arn === undefined)
            throw new Error(`ECS described ${name} without content`);
        const definition = known.get(arn) ?? fromRegistration(taskDefinition, tags ?? []);
        known.set(arn, definition);
        return { arn, definition };
    };
    return {
        taskDefinition: async (arn) => known.get(arn) ?? (await describe(arn)).definition,
        latest: async (family) => {
            try {
                return await describe(family);
            }
            catch (error) {
                // ECS answers ClientException for an unknown family and, asked for a family by name, for nothing else.
                if ((0,aws_client/* hasCode */.u)(error, "ClientException"))
                    return undefined;
                throw error;
            }
        },
        register: async (definition) => {
            const { taskDefinition } = await registered(ecs, definition, clock);
            if (taskDefinition?.taskDefinitionArn === undefined)
                throw new Error("RegisterTaskDefinition answered without an ARN");
            known.set(taskDefinition.taskDefinitionArn, definition);
            return taskDefinition.taskDefinitionArn;
        },
    };
}
async function registered(ecs, definition, clock) {
    for (let tries = 1;; tries++) {
        try {
            return await ecs.send(new client_ecs_dist_cjs/* RegisterTaskDefinitionCommand */.$Hl(toRegistration(definition)));
        }
        catch (error) {
            // The text decides only whether to wait and ask again; asked again, ECS says what is wrong or takes it.
            const busy = (0,aws_client/* hasCode */.u)(error, "ClientException") && error.message.includes(tooMany);
            if (!busy || tries === 5)
                throw error;
            await clock.sleep(1_000 * tries);
        }
    }
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/ecs-forms.ts
var ecs_forms = __webpack_require__(2817);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/ecs-reads.ts
var ecs_reads = __webpack_require__(2567);
// EXTERNAL MODULE: ./actions/lib/domain/limits.ts
var limits = __webpack_require__(1158);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/coalesce.ts + 1 modules
var coalesce = __webpack_require__(9820);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-scaling.ts




const namespace = { ServiceNamespace: "ecs", ScalableDimension: "ecs:service:DesiredCount" };
/** The scaling part of Services. */
function ecsScaling(client, clock) {
    const resourceId = (cluster, service) => `service/${cluster}/${service}`;
    const targets = (0,coalesce/* coalesce */.Y)(clock, {
        most: limits/* batchSizes */.lH.DescribeScalableTargets,
        load: async (ids) => {
            const { ScalableTargets } = await client.send(new dist_cjs/* DescribeScalableTargetsCommand */.sH({ ...namespace, ResourceIds: [...ids], MaxResults: ids.length }));
            return new Map((ScalableTargets ?? []).map((target) => [target.ResourceId ?? "", target]));
        },
    });
    return {
        scaling: async (cluster, names) => [...(await targets(names.map((name) => resourceId(cluster, name)))).values()].map(({ ResourceId, MinCapacity, MaxCapacity, SuspendedState }) => ({
            service: (ResourceId ?? "").split("/").at(-1) ?? "",
            min: MinCapacity ?? 0,
            max: MaxCapacity ?? 0,
            suspended: (SuspendedState?.DynamicScalingInSuspended ?? false) &&
                (SuspendedState?.DynamicScalingOutSuspended ?? false) &&
                (SuspendedState?.ScheduledScalingSuspended ?? false),
        })),
        scale: async (cluster, { service, min, max, suspended, cpuPercent, tags }) => {
            const id = resourceId(cluster, service);
            await client.send(new dist_cjs/* RegisterScalableTargetCommand */.Jr({
                ...namespace,
                ResourceId: id,
                MinCapacity: min,
                MaxCapacity: max,
                ...(tags !== undefined && { Tags: { ...tags } }),
                SuspendedState: {
                    DynamicScalingInSuspended: suspended,
                    DynamicScalingOutSuspended: suspended,
                    ScheduledScalingSuspended: suspended,
                },
            }));
            if (cpuPercent === undefined)
                return;
            await client.send(new dist_cjs/* PutScalingPolicyCommand */.OJ({
                ...namespace,
                ResourceId: id,
                PolicyName: `${service}-cpu`,
                PolicyType: "TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration: {
                    TargetValue: cpuPercent,
                    PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
                    ScaleInCooldown: 300,
                    ScaleOutCooldown: 60,
                },
            }));
        },
        unscale: async (cluster, service) => {
            try {
                await client.send(new dist_cjs/* DeregisterScalableTargetCommand */.CV({ ...namespace, ResourceId: resourceId(cluster, service) }));
            }
            catch (error) {
                if (!(0,aws_client/* hasCode */.u)(error, "ObjectNotFoundException"))
                    throw error;
            }
        },
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-service-settings.ts
/** What CreateService and UpdateService share, so that one call carries everything and makes one deployment. */
function serviceSettings(desire) {
    return {
        capacityProviderStrategy: desire.capacity.map(({ provider, base, weight }) => ({
            capacityProvider: provider,
            base,
            weight,
        })),
        deploymentConfiguration: {
            minimumHealthyPercent: desire.healthyPercent.minimum,
            maximumPercent: desire.healthyPercent.maximum,
            deploymentCircuitBreaker: { enable: true, rollback: true },
        },
        networkConfiguration: {
            awsvpcConfiguration: {
                subnets: [...desire.subnets],
                securityGroups: [...desire.securityGroups],
                assignPublicIp: "DISABLED",
            },
        },
        enableExecuteCommand: true,
        propagateTags: "SERVICE",
        // Rebalancing starts a task before it stops one, which a service that may never exceed 100 % cannot do.
        availabilityZoneRebalancing: desire.healthyPercent.maximum > 100 ? "ENABLED" : "DISABLED",
        ...(desire.targetGroup !== undefined && { healthCheckGracePeriodSeconds: desire.targetGroup.graceSeconds }),
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-stopped-tasks.ts




/** The part of Services that tells why tasks ended. ECS shows a stopped task for about an hour. */
function ecsStoppedTasks(ecs, clock) {
    const tasks = (0,ecs_reads/* taskReads */.DD)(ecs, clock);
    const list = async (cluster, filter) => {
        try {
            const { taskArns } = await ecs.send(new client_ecs_dist_cjs/* ListTasksCommand */.MYg({ cluster, ...filter, desiredStatus: "STOPPED" }));
            return taskArns ?? [];
        }
        catch (error) {
            // The service is gone; its tasks are still there under their family.
            if ((0,aws_client/* hasCode */.u)(error, "ServiceNotFoundException"))
                return [];
            throw error;
        }
    };
    return {
        stoppedTasks: async (cluster, service) => {
            const listed = await list(cluster, { serviceName: service });
            // A family has its service's name, and finds what the list of the service leaves out.
            const arns = listed.length > 0 ? listed : await list(cluster, { family: service });
            if (arns.length === 0)
                return [];
            const found = await tasks(cluster)(arns);
            return [...found.values()]
                .map(ecs_forms/* toStoppedTask */._)
                .sort((a, b) => (b.stoppedAt?.getTime() ?? 0) - (a.stoppedAt?.getTime() ?? 0));
        },
    };
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-services.ts








/**
 * Services through the ECS and Application Auto Scaling APIs. What many tenants read at the same time is read in the largest
 * batches those take.
 */
function ecsServices(ecs, scaling, clock) {
    const services = (0,ecs_reads/* serviceReads */.XZ)(ecs, clock);
    const deployments = (0,ecs_reads/* deploymentReads */.Z$)(ecs, clock);
    const revisions = (0,ecs_reads/* revisionReads */.Hz)(ecs, clock);
    return {
        ...ecsDefinitions(ecs, clock),
        ...ecsStoppedTasks(ecs, clock),
        ...ecsScaling(scaling, clock),
        find: async (cluster, names) => {
            const found = await services(cluster)(names);
            return [...found.values()].filter(({ status }) => status !== "INACTIVE").map(ecs_forms/* toRunningService */._1);
        },
        create: async ({ cluster, desire, taskDefinition, count, token }) => {
            const { service } = await ecs.send(new client_ecs_dist_cjs/* CreateServiceCommand */.JkR({
                ...serviceSettings(desire),
                cluster,
                serviceName: desire.name,
                taskDefinition,
                desiredCount: count,
                clientToken: token,
                schedulingStrategy: "REPLICA",
                enableECSManagedTags: true,
                tags: Object.entries(desire.tags).map(([key, value]) => ({ key, value })),
                ...(desire.targetGroup !== undefined && {
                    loadBalancers: [
                        {
                            targetGroupArn: desire.targetGroup.arn,
                            containerName: desire.definition.container.name,
                            containerPort: desire.targetGroup.port,
                        },
                    ],
                }),
            }));
            return service?.currentServiceDeployment ?? (await newest(ecs, cluster, desire.name));
        },
        update: async ({ cluster, desire, taskDefinition, count, force, replacing }) => {
            const { service } = await ecs.send(new client_ecs_dist_cjs/* UpdateServiceCommand */.kZr({
                ...serviceSettings(desire),
                cluster,
                service: desire.name,
                taskDefinition,
                ...(count !== undefined && { desiredCount: count }),
                forceNewDeployment: force,
            }));
            const now = service?.currentServiceDeployment ?? (await newest(ecs, cluster, desire.name));
            return now === replacing ? undefined : now;
        },
        setCount: async (cluster, service, desiredCount) => {
            await ecs.send(new client_ecs_dist_cjs/* UpdateServiceCommand */.kZr({ cluster, service, desiredCount }));
        },
        remove: async (cluster, service) => {
            await ecs.send(new client_ecs_dist_cjs/* DeleteServiceCommand */.o6q({ cluster, service, force: true }));
        },
        deployments: async (arns) => [...(await deployments(arns)).values()].map(ecs_forms/* toDeployment */.HG),
        stopDeployment: async (arn) => {
            try {
                await ecs.send(new client_ecs_dist_cjs/* StopServiceDeploymentCommand */.a8L({ serviceDeploymentArn: arn, stopType: "ROLLBACK" }));
            }
            catch (error) {
                // It ended, or is being rolled back, by itself in the meantime.
                if (!(0,aws_client/* hasCode */.u)(error, "ConflictException"))
                    throw error;
            }
        },
        digests: async (revision) => {
            const images = (await revisions([revision])).get(revision)?.containerImages ?? [];
            return Object.fromEntries(images.map(({ containerName, imageDigest }) => [containerName ?? "", imageDigest ?? ""]));
        },
    };
}
/** The newest service deployment, for an answer that does not name it. */
async function newest(ecs, cluster, service) {
    const { serviceDeployments } = await ecs.send(new client_ecs_dist_cjs/* ListServiceDeploymentsCommand */.jz8({ cluster, service }));
    const [first] = (serviceDeployments ?? []).toSorted((a, b) => (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0));
    return first?.serviceDeploymentArn;
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/scheduler-client.ts
var scheduler_client = __webpack_require__(3127);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-services.ts




/** A cell's services. */
function cellServices({ client, calls, clock, trace }) {
    const settings = (0,scheduler_client/* scheduledSettings */.hS)(client);
    return ecsServices((0,scheduler_client/* scheduled */.cX)(trace.follow(new client_ecs_dist_cjs/* ECSClient */.Zgc(settings)), calls), (0,scheduler_client/* scheduled */.cX)(trace.follow(new dist_cjs/* ApplicationAutoScalingClient */.gd(settings)), calls), clock);
}


/***/ }),

/***/ 9820:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  Y: () => (/* binding */ coalesce)
});

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/batches.ts
/** A list in slices of at most so many, as the batch limits of AWS operations ask for. */
function batches(list, size) {
    const slices = [];
    for (let start = 0; start < list.length; start += size)
        slices.push(list.slice(start, start + size));
    return slices;
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/coalesce.ts

/** How long a question waits for others to share its call; many at a time wait longer, for their calls are what is scarce. */
const fewMs = 50;
const manyMs = 500;
const many = 5;
/**
 * Answers questions about single things with calls about as many as fit. Questions about the same thing share an answer; a call
 * that fails fails the questions it was made for.
 *
 * @param batch.most things one call can ask about
 * @param batch.load one call; things it does not know are missing in its answer
 */
function coalesce(clock, batch) {
    let open;
    let size = 0;
    const flush = async (asked) => {
        await clock.sleep(size > many ? manyMs : fewMs);
        open = undefined;
        size = asked.size;
        await Promise.all(batches([...asked.keys()], batch.most).map(async (keys) => {
            try {
                const found = await batch.load(keys);
                for (const key of keys)
                    asked.get(key)?.resolve(found.get(key));
            }
            catch (error) {
                for (const key of keys)
                    asked.get(key)?.reject(error);
            }
        }));
    };
    const ask = (key) => {
        if (open === undefined) {
            open = new Map();
            void flush(open);
        }
        const known = open.get(key) ?? Promise.withResolvers();
        open.set(key, known);
        return known.promise;
    };
    return async (keys) => {
        const answers = await Promise.all(keys.map(async (key) => [key, await ask(key)]));
        return new Map(answers.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
    };
}


/***/ }),

/***/ 2817:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   HG: () => (/* binding */ toDeployment),
/* harmony export */   OD: () => (/* binding */ toTaskState),
/* harmony export */   _: () => (/* binding */ toStoppedTask),
/* harmony export */   _1: () => (/* binding */ toRunningService)
/* harmony export */ });
/* harmony import */ var _domain_service_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(4551);

/** Events of a service that are kept: what a deployment made happen. ECS gives the last hundred. */
const eventsKept = 40;
function toRunningService(service) {
    const network = service.networkConfiguration?.awsvpcConfiguration;
    return {
        name: service.serviceName ?? "",
        status: toServiceStatus(service.status),
        taskDefinition: service.taskDefinition ?? "",
        desiredCount: service.desiredCount ?? 0,
        runningCount: service.runningCount ?? 0,
        pendingCount: service.pendingCount ?? 0,
        ...(service.currentServiceDeployment !== undefined && { deployment: service.currentServiceDeployment }),
        ...(service.currentServiceRevisions?.[0]?.arn !== undefined && {
            revision: service.currentServiceRevisions[0].arn,
        }),
        capacity: (service.capacityProviderStrategy ?? []).map(({ capacityProvider, base, weight }) => ({
            provider: capacityProvider === "FARGATE_SPOT" ? "FARGATE_SPOT" : "FARGATE",
            base: base ?? 0,
            weight: weight ?? 0,
        })),
        healthyPercent: {
            minimum: service.deploymentConfiguration?.minimumHealthyPercent ?? 100,
            maximum: service.deploymentConfiguration?.maximumPercent ?? 200,
        },
        subnets: network?.subnets ?? [],
        securityGroups: network?.securityGroups ?? [],
        tags: Object.fromEntries((service.tags ?? []).map(({ key, value }) => [key ?? "", value ?? ""])),
        createdAt: service.createdAt ?? new Date(0),
        events: (service.events ?? [])
            .slice(0, eventsKept)
            .map(({ createdAt, message }) => ({ at: createdAt ?? new Date(0), text: message ?? "" })),
    };
}
function toServiceStatus(status) {
    switch (status) {
        case "ACTIVE":
            return "active";
        case "DRAINING":
            return "draining";
        case "INACTIVE":
            return "inactive";
        default:
            throw new Error(`unknown service status ${String(status)}`);
    }
}
function toDeployment(deployment) {
    const revision = deployment.targetServiceRevision;
    return {
        arn: deployment.serviceDeploymentArn ?? "",
        service: (deployment.serviceArn ?? "").split("/").at(-1) ?? "",
        status: toDeploymentStatus(deployment.status),
        ...(deployment.statusReason !== undefined && { reason: deployment.statusReason }),
        ...(deployment.rollback?.reason !== undefined && { rollbackReason: deployment.rollback.reason }),
        revision: revision?.arn ?? "",
        failedTasks: deployment.deploymentCircuitBreaker?.failureCount ?? 0,
        runningTasks: revision?.runningTaskCount ?? 0,
        wantedTasks: revision?.requestedTaskCount ?? 0,
        createdAt: deployment.createdAt ?? new Date(0),
    };
}
function toDeploymentStatus(status) {
    const known = _domain_service_js__WEBPACK_IMPORTED_MODULE_0__/* .deploymentStatuses */ .e0.find((one) => one === status);
    if (known === undefined)
        throw new Error(`unknown service deployment status ${String(status)}`);
    return known;
}
function toStoppedTask(task) {
    const [container] = task.containers ?? [];
    return {
        task: task.taskArn ?? "",
        taskDefinition: task.taskDefinitionArn ?? "",
        ...(task.startedBy !== undefined && { startedBy: task.startedBy }),
        ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
        ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
        ...(container?.exitCode !== undefined && { exitCode: container.exitCode }),
        ...(container?.reason !== undefined && { containerReason: container.reason }),
        ...(task.createdAt !== undefined && { createdAt: task.createdAt }),
        ...(task.stoppedAt !== undefined && { stoppedAt: task.stoppedAt }),
    };
}
function toTaskState(task) {
    return {
        task: task.taskArn ?? "",
        status: toTaskStatus(task.lastStatus),
        ...(task.createdAt !== undefined && { createdAt: task.createdAt }),
        ...(task.startedAt !== undefined && { startedAt: task.startedAt }),
        ...(task.stopCode !== undefined && { stopCode: task.stopCode }),
        ...(task.stoppedReason !== undefined && { stoppedReason: task.stoppedReason }),
        containers: (task.containers ?? []).map(({ name, exitCode, reason }) => ({
            name: name ?? "",
            ...(exitCode !== undefined && { exitCode }),
            ...(reason !== undefined && { reason }),
        })),
    };
}
/** Statuses of the ECS developer guide, "Amazon ECS task lifecycle". */
function toTaskStatus(status) {
    switch (status) {
        case "PROVISIONING":
        case "PENDING":
        case "ACTIVATING":
            return "starting";
        case "RUNNING":
            return "running";
        case "DEACTIVATING":
        case "STOPPING":
        case "DEPROVISIONING":
            return "stopping";
        case "STOPPED":
        case "DELETED":
            return "stopped";
        default:
            throw new Error(`unknown task status ${String(status)}`);
    }
}


/***/ }),

/***/ 2567:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   DD: () => (/* binding */ taskReads),
/* harmony export */   Hz: () => (/* binding */ revisionReads),
/* harmony export */   XZ: () => (/* binding */ serviceReads),
/* harmony export */   Z$: () => (/* binding */ deploymentReads)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8020);
/* harmony import */ var _domain_limits_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1158);
/* harmony import */ var _coalesce_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9820);
/** Reads of many tenants, shared: each call asks about as many services, deployments, revisions and tasks as it may. */



/** Service deployments by ARN; the unknown are left out. */
function deploymentReads(ecs, clock) {
    return (0,_coalesce_js__WEBPACK_IMPORTED_MODULE_1__/* .coalesce */ .Y)(clock, {
        most: _domain_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .batchSizes */ .lH.DescribeServiceDeployments,
        load: async (arns) => {
            const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_2__/* .DescribeServiceDeploymentsCommand */ .A6p({ serviceDeploymentArns: [...arns] });
            const { serviceDeployments } = await ecs.send(command);
            return new Map((serviceDeployments ?? []).map((one) => [one.serviceDeploymentArn ?? "", one]));
        },
    });
}
/** Service revisions by ARN. */
function revisionReads(ecs, clock) {
    return (0,_coalesce_js__WEBPACK_IMPORTED_MODULE_1__/* .coalesce */ .Y)(clock, {
        most: _domain_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .batchSizes */ .lH.DescribeServiceRevisions,
        load: async (arns) => {
            const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_2__/* .DescribeServiceRevisionsCommand */ .oF5({ serviceRevisionArns: [...arns] });
            const { serviceRevisions } = await ecs.send(command);
            return new Map((serviceRevisions ?? []).map((one) => [one.serviceRevisionArn ?? "", one]));
        },
    });
}
/** Services of a cluster by name. */
function serviceReads(ecs, clock) {
    return perCluster((cluster) => (0,_coalesce_js__WEBPACK_IMPORTED_MODULE_1__/* .coalesce */ .Y)(clock, {
        most: _domain_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .batchSizes */ .lH.DescribeServices,
        load: async (names) => {
            const command = new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_2__/* .DescribeServicesCommand */ .H7c({ cluster, services: [...names], include: ["TAGS"] });
            const { services } = await ecs.send(command);
            return new Map((services ?? []).map((one) => [one.serviceName ?? "", one]));
        },
    }));
}
/** Tasks of a cluster by ARN. */
function taskReads(ecs, clock) {
    return perCluster((cluster) => (0,_coalesce_js__WEBPACK_IMPORTED_MODULE_1__/* .coalesce */ .Y)(clock, {
        most: _domain_limits_js__WEBPACK_IMPORTED_MODULE_0__/* .batchSizes */ .lH.DescribeTasks,
        load: async (arns) => {
            const { tasks } = await ecs.send(new _aws_sdk_client_ecs__WEBPACK_IMPORTED_MODULE_2__/* .DescribeTasksCommand */ .z8X({ cluster, tasks: [...arns] }));
            return new Map((tasks ?? []).map((one) => [one.taskArn ?? "", one]));
        },
    }));
}
function perCluster(make) {
    const known = new Map();
    return (cluster) => {
        const read = known.get(cluster) ?? make(cluster);
        known.set(cluster, read);
        return read;
    };
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
