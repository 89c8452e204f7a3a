/** A template with one of everything that a hospital runs on, as CloudFormation takes it. */
export const TEMPLATE = {
  Resources: {
    Cluster: {
      Type: "AWS::ECS::Cluster",
      Properties: { ClusterName: "mate", ClusterSettings: [{ Name: "containerInsights", Value: "enabled" }] },
    },
    Providers: {
      Type: "AWS::ECS::ClusterCapacityProviderAssociations",
      Properties: {
        Cluster: { Ref: "Cluster" },
        CapacityProviders: ["FARGATE", "FARGATE_SPOT"],
        DefaultCapacityProviderStrategy: [{ CapacityProvider: "FARGATE", Weight: 1 }],
      },
    },
    LoadBalancer: {
      Type: "AWS::ElasticLoadBalancingV2::LoadBalancer",
      Properties: {
        Subnets: ["subnet-1", "subnet-2"],
        LoadBalancerAttributes: [{ Key: "idle_timeout.timeout_seconds", Value: "120" }],
      },
    },
    Targets: {
      Type: "AWS::ElasticLoadBalancingV2::TargetGroup",
      Properties: {
        Port: 8000,
        Protocol: "HTTP",
        VpcId: "vpc-1",
        TargetType: "ip",
        HealthCheckPath: "/health",
        TargetGroupAttributes: [{ Key: "deregistration_delay.timeout_seconds", Value: "15" }],
      },
    },
    Listener: {
      Type: "AWS::ElasticLoadBalancingV2::Listener",
      Properties: {
        LoadBalancerArn: { Ref: "LoadBalancer" },
        Port: 80,
        Protocol: "HTTP",
        DefaultActions: [{ Type: "fixed-response", FixedResponseConfig: { StatusCode: "404" } }],
      },
    },
    Rule: {
      Type: "AWS::ElasticLoadBalancingV2::ListenerRule",
      Properties: {
        ListenerArn: { Ref: "Listener" },
        Priority: 10,
        Conditions: [{ Field: "host-header", HostHeaderConfig: { Values: ["st-marys.example.com"] } }],
        Actions: [{ Type: "forward", TargetGroupArn: { Ref: "Targets" } }],
      },
    },
    Definition: {
      Type: "AWS::ECS::TaskDefinition",
      Properties: {
        Family: "web",
        Cpu: "256",
        Memory: "512",
        NetworkMode: "awsvpc",
        RequiresCompatibilities: ["FARGATE"],
        ContainerDefinitions: [
          { Name: "app", Image: "app:v1", PortMappings: [{ ContainerPort: 8000 }], DockerLabels: { Team: "mate" } },
        ],
      },
    },
    Service: {
      Type: "AWS::ECS::Service",
      DependsOn: ["Rule", "Providers"],
      Properties: {
        Cluster: { Ref: "Cluster" },
        TaskDefinition: { Ref: "Definition" },
        DesiredCount: 2,
        LoadBalancers: [{ TargetGroupArn: { Ref: "Targets" }, ContainerName: "app", ContainerPort: 8000 }],
        NetworkConfiguration: { AwsvpcConfiguration: { Subnets: ["subnet-1", "subnet-2"] } },
        DeploymentConfiguration: { DeploymentCircuitBreaker: { Enable: true, Rollback: true } },
      },
    },
    Scaling: {
      Type: "AWS::ApplicationAutoScaling::ScalableTarget",
      Properties: {
        MinCapacity: 3,
        MaxCapacity: 6,
        ServiceNamespace: "ecs",
        ScalableDimension: "ecs:service:DesiredCount",
        ResourceId: { "Fn::Join": ["/", ["service", { Ref: "Cluster" }, { "Fn::GetAtt": ["Service", "Name"] }]] },
      },
    },
    Policy: {
      Type: "AWS::ApplicationAutoScaling::ScalingPolicy",
      Properties: {
        PolicyName: "cpu",
        PolicyType: "TargetTrackingScaling",
        ScalingTargetId: { Ref: "Scaling" },
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 60,
          PredefinedMetricSpecification: { PredefinedMetricType: "ECSServiceAverageCPUUtilization" },
        },
      },
    },
    Alarm: {
      Type: "AWS::CloudWatch::Alarm",
      Properties: {
        AlarmName: "errors",
        MetricName: "Errors",
        Namespace: "Mate",
        Statistic: "Sum",
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: "GreaterThanThreshold",
      },
    },
    Dashboard: {
      Type: "AWS::CloudWatch::Dashboard",
      Properties: { DashboardName: "st-marys", DashboardBody: '{"widgets":[]}' },
    },
    DatabaseSubnets: {
      Type: "AWS::RDS::DBSubnetGroup",
      Properties: { DBSubnetGroupDescription: "database", SubnetIds: ["subnet-1", "subnet-2"] },
    },
    DatabaseParameters: {
      Type: "AWS::RDS::DBParameterGroup",
      Properties: { Description: "database", Family: "postgres16", Parameters: { "rds.force_ssl": "1" } },
    },
    Database: {
      Type: "AWS::RDS::DBInstance",
      DeletionPolicy: "Snapshot",
      UpdateReplacePolicy: "Snapshot",
      Properties: {
        DBInstanceIdentifier: "st-marys",
        Engine: "postgres",
        EngineVersion: "16.4",
        DBInstanceClass: "db.t4g.small",
        AllocatedStorage: "50",
        MasterUsername: "mate",
        ManageMasterUserPassword: true,
        DBSubnetGroupName: { Ref: "DatabaseSubnets" },
        DBParameterGroupName: { Ref: "DatabaseParameters" },
        VPCSecurityGroups: ["sg-1"],
        StorageEncrypted: true,
        BackupRetentionPeriod: 7,
      },
    },
    CacheSubnets: {
      Type: "AWS::ElastiCache::SubnetGroup",
      Properties: { Description: "cache", SubnetIds: ["subnet-1", "subnet-2"] },
    },
    CacheParameters: {
      Type: "AWS::ElastiCache::ParameterGroup",
      Properties: {
        CacheParameterGroupFamily: "redis7",
        Description: "cache",
        Properties: { "maxmemory-policy": "noeviction" },
      },
    },
    Cache: {
      Type: "AWS::ElastiCache::ReplicationGroup",
      Properties: {
        ReplicationGroupDescription: "cache",
        Engine: "redis",
        CacheNodeType: "cache.t4g.micro",
        NumCacheClusters: 2,
        AutomaticFailoverEnabled: true,
        TransitEncryptionEnabled: true,
        AtRestEncryptionEnabled: true,
        CacheSubnetGroupName: { Ref: "CacheSubnets" },
        CacheParameterGroupName: { Ref: "CacheParameters" },
      },
    },
  },
  Outputs: {
    Database: { Value: { "Fn::GetAtt": ["Database", "Endpoint.Address"] } },
    Secret: { Value: { "Fn::GetAtt": ["Database", "MasterUserSecret.SecretArn"] } },
    Cache: { Value: { "Fn::GetAtt": ["Cache", "PrimaryEndPoint.Address"] } },
    Address: { Value: { "Fn::GetAtt": ["LoadBalancer", "DNSName"] } },
    Targets: { Value: { Ref: "Targets" } },
    Service: { Value: { "Fn::GetAtt": ["Service", "Name"] } },
  },
};
