export const id = 473;
export const ids = [473];
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


/***/ })

};
