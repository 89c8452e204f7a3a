export const id = 833;
export const ids = [833];
export const modules = {

/***/ 1833:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cellTasks: () => (/* binding */ cellTasks)
});

// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-cloudwatch-logs/dist-cjs/index.js
var dist_cjs = __webpack_require__(2671);
// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-ecs/dist-cjs/index.js
var client_ecs_dist_cjs = __webpack_require__(8020);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/client.ts
var client = __webpack_require__(8247);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/ecs-forms.ts
var ecs_forms = __webpack_require__(2817);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/ecs-reads.ts
var ecs_reads = __webpack_require__(2567);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/ecs-tasks.ts





/** One-off tasks on on-demand Fargate, and their logs in CloudWatch Logs. */
function ecsTasks(ecs, logs, clock) {
    const tasks = (0,ecs_reads/* taskReads */.DD)(ecs, clock);
    return {
        run: async (request) => {
            try {
                const answer = await ecs.send(new client_ecs_dist_cjs/* RunTaskCommand */._eD({
                    cluster: request.cluster,
                    taskDefinition: request.taskDefinition,
                    count: 1,
                    // Never Spot: an interruption in the middle of a migration is what nobody wants to repair at night.
                    capacityProviderStrategy: [{ capacityProvider: "FARGATE", weight: 1, base: 0 }],
                    networkConfiguration: {
                        awsvpcConfiguration: {
                            subnets: [...request.subnets],
                            securityGroups: [...request.securityGroups],
                            assignPublicIp: "DISABLED",
                        },
                    },
                    overrides: {
                        containerOverrides: [
                            {
                                name: request.container,
                                command: [...request.command],
                                ...(request.environment !== undefined && {
                                    environment: Object.entries(request.environment).map(([name, value]) => ({ name, value })),
                                }),
                            },
                        ],
                    },
                    startedBy: request.startedBy,
                    clientToken: request.token,
                    propagateTags: "TASK_DEFINITION",
                }));
                const task = answer.tasks?.[0]?.taskArn;
                if (task !== undefined)
                    return { task };
                return {
                    refused: (answer.failures ?? []).map(({ reason, detail, arn }) => [reason, detail, arn].filter(Boolean).join(" ")),
                };
            }
            catch (error) {
                // The token was used before, with the task that it started (API reference, RunTask, ConflictException.resourceIds).
                const existing = (0,client/* hasCode */.u)(error, "ConflictException")
                    ? error.resourceIds?.[0]
                    : undefined;
                if (existing !== undefined)
                    return { task: existing };
                throw error;
            }
        },
        describe: async (cluster, task) => {
            const found = (await tasks(cluster)([task])).get(task);
            return found === undefined ? undefined : (0,ecs_forms/* toTaskState */.OD)(found);
        },
        running: async (cluster, startedBy) => {
            const { taskArns } = await ecs.send(new client_ecs_dist_cjs/* ListTasksCommand */.MYg({ cluster, startedBy, desiredStatus: "RUNNING" }));
            return taskArns ?? [];
        },
        stop: async (cluster, task, reason) => {
            await ecs.send(new client_ecs_dist_cjs/* StopTaskCommand */.PP1({ cluster, task, reason }));
        },
        log: async (group, stream, lines) => {
            try {
                const { events } = await logs.send(new dist_cjs/* GetLogEventsCommand */.h7S({ logGroupName: group, logStreamName: stream, limit: lines, startFromHead: false }));
                return (events ?? []).flatMap(({ message }) => message ?? []);
            }
            catch (error) {
                // A task that never started has no stream.
                if ((0,client/* hasCode */.u)(error, "ResourceNotFoundException"))
                    return [];
                throw error;
            }
        },
    };
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/scheduler-client.ts
var scheduler_client = __webpack_require__(3127);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-tasks.ts




/** A cell's one-off tasks. */
function cellTasks({ client, calls, clock, trace }) {
    const settings = (0,scheduler_client/* scheduledSettings */.hS)(client);
    return ecsTasks((0,scheduler_client/* scheduled */.cX)(trace.follow(new client_ecs_dist_cjs/* ECSClient */.Zgc(settings)), calls), (0,scheduler_client/* scheduled */.cX)(trace.follow(new dist_cjs/* CloudWatchLogsClient */.TFr(settings)), calls), clock);
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
