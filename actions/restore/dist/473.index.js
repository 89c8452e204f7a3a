export const id = 473;
export const ids = [473,733];
export const modules = {

/***/ 6473:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cellFiles: () => (/* binding */ cellFiles)
});

// EXTERNAL MODULE: ./actions/lib/adapters/aws/cell-records.ts + 1 modules
var cell_records = __webpack_require__(733);
// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-s3/dist-cjs/index.js
var dist_cjs = __webpack_require__(8495);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/s3-versions-source.ts
/** `bucket/key?versionId=…`, with every character of the key encoded that means something in a URL. */
function copySource(bucket, { key, version }) {
    return `${bucket}/${encodeURIComponent(key).replaceAll("%2F", "/")}?versionId=${encodeURIComponent(version)}`;
}
/** What has moved to a colder class with age is fresh again; intelligent tiering stays, which starts hot. */
function writable(storageClass) {
    return storageClass === "INTELLIGENT_TIERING" ? "INTELLIGENT_TIERING" : "STANDARD";
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/s3-versions-large.ts


/** One CopyObject call copies 5 GiB at most (Amazon S3 API reference, CopyObject). */
const largestCopy = 5 * 1024 ** 3;
/** Parts of a copy: at most 10,000 of them reach 5 TiB, the largest object there can be. */
const ordinaryPart = 600 * 1024 ** 2;
/**
 * Copies a larger object part by part. Unlike CopyObject this takes neither metadata nor tags along by itself. An upload that is not
 * completed leaves nothing that is seen, and the bucket's lifecycle removes it.
 *
 * @param partBytes at least 5 MiB
 */
async function copyInParts(s3, { bucket, from, partBytes = ordinaryPart, }) {
    const place = { Bucket: bucket, Key: from.key };
    const source = { ...place, VersionId: from.version };
    const [properties, { TagSet }] = await Promise.all([
        s3.send(new dist_cjs/* HeadObjectCommand */.l81(source)),
        s3.send(new dist_cjs/* GetObjectTaggingCommand */.u4b(source)),
    ]);
    const tags = new URLSearchParams((TagSet ?? []).map(({ Key = "", Value = "" }) => [Key, Value])).toString();
    const { CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata } = properties;
    const { UploadId } = await s3.send(new dist_cjs/* CreateMultipartUploadCommand */.nG4({
        ...place,
        ...{ CacheControl, ContentDisposition, ContentEncoding, ContentLanguage, ContentType, Metadata },
        StorageClass: writable(from.storageClass),
        ...(tags !== "" && { Tagging: tags }),
    }));
    const upload = { ...place, UploadId };
    try {
        const Parts = [];
        for (let start = 0, PartNumber = 1; start < from.bytes; start += partBytes, PartNumber++) {
            const end = Math.min(start + partBytes, from.bytes) - 1;
            const { CopyPartResult } = await s3.send(new dist_cjs/* UploadPartCopyCommand */.Xp2({
                ...upload,
                PartNumber,
                CopySource: copySource(bucket, from),
                CopySourceRange: `bytes=${start}-${end}`,
            }));
            Parts.push({ PartNumber, ETag: CopyPartResult?.ETag });
        }
        await s3.send(new dist_cjs/* CompleteMultipartUploadCommand */.Gym({ ...upload, MultipartUpload: { Parts } }));
    }
    catch (error) {
        await s3.send(new dist_cjs/* AbortMultipartUploadCommand */.tfP(upload));
        throw error;
    }
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/s3-versions.ts



/** Versions of objects through the S3 API. Nothing here can delete one: DeleteObject without a version only adds a marker. */
function s3Versions(s3) {
    return {
        versioned: async (bucket) => {
            const { Status } = await s3.send(new dist_cjs/* GetBucketVersioningCommand */._rj({ Bucket: bucket }));
            return Status === "Enabled";
        },
        pages: async (bucket, after) => pages(s3, bucket, after),
        same: async (bucket, one, other) => {
            if (one.kind !== "content" || other.kind !== "content" || one.bytes !== other.bytes)
                return false;
            // With a KMS key the ETag is no hash of the content, and differs between copies; a checksum does not.
            if (one.etag === other.etag)
                return true;
            const [left, right] = await Promise.all([head(s3, bucket, one), head(s3, bucket, other)]);
            const sum = checksumOf(left);
            return sum !== undefined && sum === checksumOf(right);
        },
        copyForward: async (bucket, from) => {
            if (from.bytes > largestCopy)
                return await copyInParts(s3, { bucket, from });
            await s3.send(new dist_cjs/* CopyObjectCommand */.s9Z({
                Bucket: bucket,
                Key: from.key,
                CopySource: copySource(bucket, from),
                StorageClass: writable(from.storageClass),
                MetadataDirective: "COPY",
                TaggingDirective: "COPY",
            }));
        },
        hide: async (bucket, key) => {
            await s3.send(new dist_cjs/* DeleteObjectCommand */.k4j({ Bucket: bucket, Key: key }));
        },
    };
}
/** S3 lists by key; a key whose versions run over the end of a page is held back until the next. */
async function* pages(s3, bucket, after) {
    let held = [];
    let marker = after === undefined ? {} : { KeyMarker: after };
    for (;;) {
        const page = await s3.send(new dist_cjs/* ListObjectVersionsCommand */.uc$({ Bucket: bucket, ...marker }));
        const all = [...held, ...toVersions(page)];
        if (page.IsTruncated !== true) {
            if (all.length > 0)
                yield all;
            return;
        }
        const last = all.at(-1)?.key;
        held = all.filter(({ key }) => key === last);
        const whole = all.filter(({ key }) => key !== last);
        if (whole.length > 0)
            yield whole;
        marker = {
            ...(page.NextKeyMarker !== undefined && { KeyMarker: page.NextKeyMarker }),
            ...(page.NextVersionIdMarker !== undefined && { VersionIdMarker: page.NextVersionIdMarker }),
        };
    }
}
/** The answer has versions and markers apart; together again they are in the order of keys, newest first within a key. */
function toVersions(page) {
    const content = (page.Versions ?? []).map((version) => ({
        key: version.Key ?? "",
        version: version.VersionId ?? "",
        kind: "content",
        at: version.LastModified ?? new Date(0),
        bytes: version.Size ?? 0,
        etag: version.ETag ?? "",
        storageClass: version.StorageClass ?? "STANDARD",
    }));
    const markers = (page.DeleteMarkers ?? []).map((marker) => ({
        key: marker.Key ?? "",
        version: marker.VersionId ?? "",
        kind: "marker",
        at: marker.LastModified ?? new Date(0),
        bytes: 0,
        etag: "",
        storageClass: "",
    }));
    const latest = new Set([...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])].flatMap(({ IsLatest, VersionId, Key }) => IsLatest === true ? [`${Key} ${VersionId}`] : []));
    const isLatest = ({ key, version }) => (latest.has(`${key} ${version}`) ? 1 : 0);
    return [...content, ...markers].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)) ||
        isLatest(b) - isLatest(a) ||
        b.at.getTime() - a.at.getTime());
}
async function head(s3, bucket, { key, version }) {
    return await s3.send(new dist_cjs/* HeadObjectCommand */.l81({ Bucket: bucket, Key: key, VersionId: version, ChecksumMode: "ENABLED" }));
}
/** A checksum over the whole object; one made of the checksums of parts depends on where the parts end. */
function checksumOf(answer) {
    if (answer.ChecksumType === "COMPOSITE")
        return undefined;
    return (answer.ChecksumCRC64NVME ??
        answer.ChecksumSHA256 ??
        answer.ChecksumCRC32C ??
        answer.ChecksumCRC32 ??
        answer.ChecksumSHA1);
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-files.ts


/** A cell's files: the objects of its tenants' buckets. */
function cellFiles(connection) {
    return s3Versions((0,cell_records.bucketClient)(connection));
}


/***/ }),

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
