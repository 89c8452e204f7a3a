export const id = 733;
export const ids = [733];
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
