export const id = 246;
export const ids = [246];
export const modules = {

/***/ 5246:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   cellDatabaseInventory: () => (/* binding */ cellDatabaseInventory)
/* harmony export */ });
/* harmony import */ var _aws_sdk_client_rds__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9730);
/* harmony import */ var _scheduler_client_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3127);


/** The databases of a cell's inventory. */
function cellDatabaseInventory({ client: settings, calls, trace, }) {
    const client = (0,_scheduler_client_js__WEBPACK_IMPORTED_MODULE_0__/* .scheduled */ .cX)(trace.follow(new _aws_sdk_client_rds__WEBPACK_IMPORTED_MODULE_1__/* .RDSClient */ .rYe((0,_scheduler_client_js__WEBPACK_IMPORTED_MODULE_0__/* .scheduledSettings */ .hS)(settings))), calls);
    return {
        databases: async () => {
            const found = [];
            for await (const { DBInstances } of (0,_aws_sdk_client_rds__WEBPACK_IMPORTED_MODULE_1__/* .paginateDescribeDBInstances */ .$PQ)({ client }, {})) {
                for (const one of DBInstances ?? []) {
                    found.push({
                        id: one.DBInstanceIdentifier ?? "",
                        status: one.DBInstanceStatus ?? "",
                        backupDays: one.BackupRetentionPeriod ?? 0,
                        tags: tagsOf(one.TagList),
                        ...(one.InstanceCreateTime !== undefined && { createdAt: one.InstanceCreateTime }),
                        ...(one.LatestRestorableTime !== undefined && { restorableUntil: one.LatestRestorableTime }),
                        ...(one.AutomaticRestartTime !== undefined && { startsAt: one.AutomaticRestartTime }),
                    });
                }
            }
            return found;
        },
        snapshots: async () => {
            const found = [];
            for await (const { DBSnapshots } of (0,_aws_sdk_client_rds__WEBPACK_IMPORTED_MODULE_1__/* .paginateDescribeDBSnapshots */ .iKM)({ client }, { SnapshotType: "manual" })) {
                for (const { DBSnapshotIdentifier, DBInstanceIdentifier, SnapshotCreateTime, TagList } of DBSnapshots ?? []) {
                    // One that is still being taken has no time yet; it is certainly not old.
                    if (SnapshotCreateTime === undefined)
                        continue;
                    found.push({
                        id: DBSnapshotIdentifier ?? "",
                        database: DBInstanceIdentifier ?? "",
                        createdAt: SnapshotCreateTime,
                        tags: tagsOf(TagList),
                    });
                }
            }
            return found;
        },
        deleteSnapshot: async (DBSnapshotIdentifier) => {
            await client.send(new _aws_sdk_client_rds__WEBPACK_IMPORTED_MODULE_1__/* .DeleteDBSnapshotCommand */ .PHQ({ DBSnapshotIdentifier }));
        },
    };
}
function tagsOf(tags) {
    return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}


/***/ })

};
