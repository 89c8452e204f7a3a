export const id = 556;
export const ids = [556];
export const modules = {

/***/ 7556:
/***/ ((__unused_webpack_module, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  cellDatabases: () => (/* binding */ cellDatabases)
});

// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-cloudformation/dist-cjs/index.js
var dist_cjs = __webpack_require__(5885);
// EXTERNAL MODULE: ../../work/main/node_modules/@aws-sdk/client-rds/dist-cjs/index.js
var client_rds_dist_cjs = __webpack_require__(9730);
// EXTERNAL MODULE: ./actions/lib/adapters/aws/client.ts
var client = __webpack_require__(8247);
;// CONCATENATED MODULE: ./actions/lib/domain/restore-database.ts
/** A database instance as a restore sees it: what state it is in, and every setting that has to be carried to another. */
/** Every status RDS documents for an instance (Amazon RDS user guide, "Viewing DB instance status"). */
const states = {
    available: "ready",
    // Both work at full function, only slower.
    "storage-optimization": "ready",
    "storage-initialization": "ready",
    "backing-up": "changing",
    "configuring-associated-roles": "changing",
    "configuring-enhanced-monitoring": "changing",
    "configuring-iam-database-auth": "changing",
    "configuring-log-exports": "changing",
    "converting-to-vpc": "changing",
    creating: "changing",
    "delete-precheck": "changing",
    deleting: "changing",
    maintenance: "changing",
    modifying: "changing",
    "moving-to-vpc": "changing",
    rebooting: "changing",
    renaming: "changing",
    "resetting-master-credentials": "changing",
    starting: "changing",
    stopping: "changing",
    "storage-config-upgrade": "changing",
    upgrading: "changing",
    stopped: "stopped",
    failed: "failed",
    "inaccessible-encryption-credentials": "failed",
    "inaccessible-encryption-credentials-recoverable": "failed",
    "incompatible-create": "failed",
    "incompatible-network": "failed",
    "incompatible-option-group": "failed",
    "incompatible-parameters": "failed",
    "incompatible-restore": "failed",
    "insufficient-capacity": "failed",
    "restore-error": "failed",
    "storage-full": "failed",
};
/** @throws Error for a status nobody has told us about: what it means is not guessed */
function databaseState(status) {
    const state = states[status];
    if (state === undefined)
        throw new Error(`unknown status of a database instance: ${status}`);
    return state;
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/rds-shape.ts

/** From this size on gp3 volumes take a rate of their own (Amazon RDS user guide, "gp3 storage", PostgreSQL). */
const ratedGib = 400;
function toInstance(instance) {
    const status = instance.DBInstanceStatus ?? "";
    const restart = [...(instance.DBParameterGroups ?? [])].some(({ ParameterApplyStatus }) => ParameterApplyStatus === "pending-reboot");
    const changes = Object.values(instance.PendingModifiedValues ?? {}).some((value) => value !== undefined);
    return {
        id: instance.DBInstanceIdentifier ?? "",
        arn: instance.DBInstanceArn ?? "",
        resource: instance.DbiResourceId ?? "",
        state: databaseState(status),
        status,
        ...defined({
            host: instance.Endpoint?.Address,
            secret: instance.MasterUserSecret?.SecretArn,
            createdAt: instance.InstanceCreateTime,
        }),
        engine: instance.Engine ?? "",
        pending: changes ? "change" : restart ? "restart" : "nothing",
        settings: toSettings(instance),
        tags: toTags(instance.TagList),
    };
}
function toSettings(instance) {
    const storageGib = instance.AllocatedStorage ?? 0;
    const rated = instance.StorageType !== "gp3" || storageGib >= ratedGib;
    const { MonitoringRoleArn: role, MonitoringInterval: seconds = 0 } = instance;
    return {
        instanceClass: instance.DBInstanceClass ?? "",
        storageGib,
        storageType: instance.StorageType ?? "gp3",
        multiAz: instance.MultiAZ ?? false,
        port: instance.Endpoint?.Port ?? 5432,
        securityGroups: (instance.VpcSecurityGroups ?? []).flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
        publiclyAccessible: instance.PubliclyAccessible ?? false,
        iamAuthentication: instance.IAMDatabaseAuthenticationEnabled ?? false,
        logExports: instance.EnabledCloudwatchLogsExports ?? [],
        minorUpgrades: instance.AutoMinorVersionUpgrade ?? true,
        tagsToSnapshots: instance.CopyTagsToSnapshot ?? false,
        dedicatedLogVolume: instance.DedicatedLogVolume ?? false,
        engineVersion: instance.EngineVersion ?? "",
        backupRetentionDays: instance.BackupRetentionPeriod ?? 0,
        protected: instance.DeletionProtection ?? false,
        ...defined({
            maxStorageGib: instance.MaxAllocatedStorage,
            iops: rated ? instance.Iops : undefined,
            throughput: rated ? instance.StorageThroughput : undefined,
            subnetGroup: instance.DBSubnetGroup?.DBSubnetGroupName,
            parameterGroup: instance.DBParameterGroups?.[0]?.DBParameterGroupName,
            optionGroup: instance.OptionGroupMemberships?.[0]?.OptionGroupName,
            networkType: instance.NetworkType,
            certificateAuthority: instance.CACertificateIdentifier,
            backupWindow: instance.PreferredBackupWindow,
            maintenanceWindow: instance.PreferredMaintenanceWindow,
            monitoring: role === undefined || seconds === 0 ? undefined : { seconds, role },
            insights: instance.PerformanceInsightsEnabled === true ? toInsights(instance) : undefined,
            secretKey: instance.MasterUserSecret?.KmsKeyId,
        }),
    };
}
function toInsights(instance) {
    return defined({
        key: instance.PerformanceInsightsKMSKeyId,
        days: instance.PerformanceInsightsRetentionPeriod,
        mode: instance.DatabaseInsightsMode,
    });
}
function toSnapshot(snapshot) {
    return {
        id: snapshot.DBSnapshotIdentifier ?? "",
        instance: snapshot.DBInstanceIdentifier ?? "",
        kind: snapshot.SnapshotType ?? "",
        ready: snapshot.Status === "available",
        engine: snapshot.Engine ?? "",
        version: snapshot.EngineVersion ?? "",
        storageGib: snapshot.AllocatedStorage ?? 0,
        tags: toTags(snapshot.TagList),
        ...defined({
            resource: snapshot.DbiResourceId,
            at: snapshot.SnapshotDatabaseTime ?? snapshot.OriginalSnapshotCreateTime ?? snapshot.SnapshotCreateTime,
        }),
    };
}
/** What both ways of restoring take. All that is not given here RDS sets to its defaults: default groups, one zone, no protection. */
function restoreInput(settings, tags) {
    return {
        DBInstanceClass: settings.instanceClass,
        AllocatedStorage: settings.storageGib,
        StorageType: settings.storageType,
        MultiAZ: settings.multiAz,
        Port: settings.port,
        VpcSecurityGroupIds: [...settings.securityGroups],
        PubliclyAccessible: settings.publiclyAccessible,
        EnableIAMDatabaseAuthentication: settings.iamAuthentication,
        EnableCloudwatchLogsExports: [...settings.logExports],
        AutoMinorVersionUpgrade: settings.minorUpgrades,
        CopyTagsToSnapshot: settings.tagsToSnapshots,
        // Until it serves it can be thrown away.
        DeletionProtection: false,
        Tags: fromTags(tags),
        ...(settings.dedicatedLogVolume && { DedicatedLogVolume: true }),
        ...defined({
            Iops: settings.iops,
            StorageThroughput: settings.throughput,
            DBSubnetGroupName: settings.subnetGroup,
            DBParameterGroupName: settings.parameterGroup,
            OptionGroupName: settings.optionGroup,
            NetworkType: settings.networkType,
            CACertificateIdentifier: settings.certificateAuthority,
        }),
    };
}
/** What only ModifyDBInstance takes. */
function carriedInput(settings) {
    return {
        ApplyImmediately: true,
        EngineVersion: settings.engineVersion,
        BackupRetentionPeriod: settings.backupRetentionDays,
        MultiAZ: settings.multiAz,
        ...defined({
            PreferredBackupWindow: settings.backupWindow,
            PreferredMaintenanceWindow: settings.maintenanceWindow,
            MaxAllocatedStorage: settings.maxStorageGib,
            CACertificateIdentifier: settings.certificateAuthority,
        }),
        ...(settings.monitoring !== undefined && {
            MonitoringInterval: settings.monitoring.seconds,
            MonitoringRoleArn: settings.monitoring.role,
        }),
        ...(settings.insights !== undefined && {
            EnablePerformanceInsights: true,
            ...defined({
                PerformanceInsightsKMSKeyId: settings.insights.key,
                PerformanceInsightsRetentionPeriod: settings.insights.days,
                DatabaseInsightsMode: settings.insights.mode,
            }),
        }),
        // A restore does not bring the managed password along: the instance has the password of that time, and nobody knows it.
        ...(settings.secretKey !== undefined && {
            ManageMasterUserPassword: true,
            MasterUserSecretKmsKeyId: settings.secretKey,
        }),
    };
}
function fromTags(tags) {
    return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
function toTags(tags) {
    return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}
function defined(members) {
    return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

;// CONCATENATED MODULE: ./actions/lib/adapters/aws/rds-databases.ts



/** Instances and backups through the RDS API. Its changing calls know no tokens: what an answer got lost for is seen by looking. */
function rdsDatabases(rds) {
    const instances = async (input) => {
        const found = [];
        let marker;
        do {
            const page = await rds.send(new client_rds_dist_cjs/* DescribeDBInstancesCommand */.hhJ({ ...input, ...(marker !== undefined && { Marker: marker }) }));
            found.push(...(page.DBInstances ?? []).map(toInstance));
            marker = page.Marker;
        } while (marker !== undefined);
        return found;
    };
    return {
        find: async (id) => {
            try {
                return (await instances({ DBInstanceIdentifier: id })).at(0);
            }
            catch (error) {
                if ((0,client/* hasCode */.u)(error, "DBInstanceNotFoundFault", "DBInstanceNotFound"))
                    return undefined;
                throw error;
            }
        },
        findResource: async (resource) => (await instances({ Filters: [{ Name: "dbi-resource-id", Values: [resource] }] })).at(0),
        list: async (prefix) => (await instances({})).filter(({ id }) => id.startsWith(prefix)),
        snapshots: async (id) => {
            const found = [];
            let marker;
            do {
                const page = await rds.send(new client_rds_dist_cjs/* DescribeDBSnapshotsCommand */.KKI({
                    DBInstanceIdentifier: id,
                    ...(marker !== undefined && { Marker: marker }),
                }));
                found.push(...(page.DBSnapshots ?? []).map(toSnapshot));
                marker = page.Marker;
            } while (marker !== undefined);
            return found.sort((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0));
        },
        snapshot: async (id) => {
            try {
                const { DBSnapshots } = await rds.send(new client_rds_dist_cjs/* DescribeDBSnapshotsCommand */.KKI({ DBSnapshotIdentifier: id }));
                return DBSnapshots?.[0] === undefined ? undefined : toSnapshot(DBSnapshots[0]);
            }
            catch (error) {
                if ((0,client/* hasCode */.u)(error, "DBSnapshotNotFoundFault", "DBSnapshotNotFound"))
                    return undefined;
                throw error;
            }
        },
        window: async (resource) => {
            const { DBInstanceAutomatedBackups } = await rds.send(new client_rds_dist_cjs/* DescribeDBInstanceAutomatedBackupsCommand */.peb({ DbiResourceId: resource }));
            const { EarliestTime, LatestTime } = DBInstanceAutomatedBackups?.[0]?.RestoreWindow ?? {};
            return EarliestTime === undefined || LatestTime === undefined
                ? undefined
                : { earliest: EarliestTime, latest: LatestTime };
        },
        quotas: async () => {
            const { AccountQuotas } = await rds.send(new client_rds_dist_cjs/* DescribeAccountAttributesCommand */.zSg({}));
            const quota = (name) => {
                const found = AccountQuotas?.find(({ AccountQuotaName }) => AccountQuotaName === name);
                if (found?.Max === undefined)
                    throw new Error(`RDS tells no quota ${name}`);
                return { used: found.Used ?? 0, most: found.Max };
            };
            return { instances: quota("DBInstances"), snapshots: quota("ManualSnapshots") };
        },
        offers: async (Engine, EngineVersion) => {
            const { DBEngineVersions } = await rds.send(new client_rds_dist_cjs/* DescribeDBEngineVersionsCommand */.mh$({ Engine, EngineVersion }));
            return (DBEngineVersions ?? []).some((offered) => offered.EngineVersion === EngineVersion);
        },
        restore: ({ source, as, settings, tags }) => asked(["DBInstanceAlreadyExistsFault", "DBInstanceAlreadyExists"], async () => {
            const input = restoreInput(settings, tags);
            if (source.kind === "snapshot") {
                await rds.send(new client_rds_dist_cjs/* RestoreDBInstanceFromDBSnapshotCommand */.dX$({
                    ...input,
                    DBInstanceIdentifier: as,
                    DBSnapshotIdentifier: source.id,
                }));
            }
            else {
                await rds.send(new client_rds_dist_cjs/* RestoreDBInstanceToPointInTimeCommand */.i4({
                    ...input,
                    TargetDBInstanceIdentifier: as,
                    SourceDBInstanceIdentifier: source.instance,
                    RestoreTime: new Date(source.at),
                }));
            }
        }),
        carry: (id, settings) => asked(busy, () => rds.send(new client_rds_dist_cjs/* ModifyDBInstanceCommand */.R1U({ ...carriedInput(settings), DBInstanceIdentifier: id }))),
        rename: (id, to, protect) => 
        // The name may still be another's for a moment, and after a lost answer the instance may have the new one already.
        asked([...busy, ...gone, "DBInstanceAlreadyExistsFault", "DBInstanceAlreadyExists"], () => rds.send(new client_rds_dist_cjs/* ModifyDBInstanceCommand */.R1U({
            DBInstanceIdentifier: id,
            NewDBInstanceIdentifier: to,
            DeletionProtection: protect,
            ApplyImmediately: true,
        }))),
        reboot: (id) => asked(busy, () => rds.send(new client_rds_dist_cjs/* RebootDBInstanceCommand */.Ctt({ DBInstanceIdentifier: id }))),
        takeSnapshot: async ({ of, as, tags }) => {
            try {
                return await asked(busy, () => rds.send(new client_rds_dist_cjs/* CreateDBSnapshotCommand */.SQw({ DBInstanceIdentifier: of, DBSnapshotIdentifier: as, Tags: fromTags(tags) })));
            }
            catch (error) {
                if ((0,client/* hasCode */.u)(error, "DBSnapshotAlreadyExistsFault", "DBSnapshotAlreadyExists"))
                    return "taken";
                throw error;
            }
        },
        remove: (id) => asked([...busy, ...gone], () => rds.send(new client_rds_dist_cjs/* DeleteDBInstanceCommand */.Yvh({
            DBInstanceIdentifier: id,
            SkipFinalSnapshot: true,
            DeleteAutomatedBackups: true,
        }))),
    };
}
const busy = ["InvalidDBInstanceStateFault", "InvalidDBInstanceState"];
const gone = ["DBInstanceNotFoundFault", "DBInstanceNotFound"];
/** Some refusals only say that the instance is not, or not yet, what the call needs. */
async function asked(laterCodes, call) {
    try {
        await call();
        return "taken";
    }
    catch (error) {
        if ((0,client/* hasCode */.u)(error, ...laterCodes))
            return "later";
        throw error;
    }
}

// EXTERNAL MODULE: ./actions/lib/domain/operator-error.ts
var operator_error = __webpack_require__(341);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/rds-stack-drift.ts


/** Whether CloudFormation still takes the database that serves for its own: drift detection of that one resource. */
function rdsStackDrift(cloudFormation) {
    return {
        startComparing: async (StackName, logicalId) => {
            const { StackDriftDetectionId } = await cloudFormation.send(new dist_cjs/* DetectStackDriftCommand */._9b({ StackName, LogicalResourceIds: [logicalId] }));
            if (StackDriftDetectionId === undefined)
                throw new Error("DetectStackDrift answered without an id");
            return StackDriftDetectionId;
        },
        differences: async (comparison, StackName, logicalId) => {
            const run = await cloudFormation.send(new dist_cjs/* DescribeStackDriftDetectionStatusCommand */.Hb8({ StackDriftDetectionId: comparison }));
            if (run.DetectionStatus === "DETECTION_IN_PROGRESS")
                return undefined;
            if (run.DetectionStatus !== "DETECTION_COMPLETE") {
                throw new operator_error/* OperatorError */.n("drift-not-known", `CloudFormation could not compare ${logicalId} of ${StackName}: ${run.DetectionStatusReason ?? "no reason given"}`);
            }
            const { StackResourceDrifts } = await cloudFormation.send(new dist_cjs/* DescribeStackResourceDriftsCommand */.Bkw({ StackName, StackResourceDriftStatusFilters: ["MODIFIED", "DELETED"] }));
            return (StackResourceDrifts ?? [])
                .filter(({ LogicalResourceId }) => LogicalResourceId === logicalId)
                .flatMap(({ PropertyDifferences, StackResourceDriftStatus }) => StackResourceDriftStatus === "DELETED"
                ? [{ property: logicalId, expected: "there", actual: "gone" }]
                : (PropertyDifferences ?? []).map(({ PropertyPath, ExpectedValue, ActualValue }) => ({
                    property: PropertyPath ?? "",
                    expected: ExpectedValue ?? "",
                    actual: ActualValue ?? "",
                })));
        },
    };
}

// EXTERNAL MODULE: ./actions/lib/adapters/aws/scheduler-client.ts
var scheduler_client = __webpack_require__(3127);
;// CONCATENATED MODULE: ./actions/lib/adapters/aws/cell-databases.ts





/** A cell's databases. */
function cellDatabases({ client, calls, trace }) {
    const settings = (0,scheduler_client/* scheduledSettings */.hS)(client);
    return {
        ...rdsDatabases((0,scheduler_client/* scheduled */.cX)(trace.follow(new client_rds_dist_cjs/* RDSClient */.rYe(settings)), calls)),
        ...rdsStackDrift((0,scheduler_client/* scheduled */.cX)(trace.follow(new dist_cjs/* CloudFormationClient */.m1N(settings)), calls)),
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
