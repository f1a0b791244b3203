//! What whoever runs `deploy` calls: change sets of the stacks of the assembly, under the execution role, or the roles of a bootstrap of the
//! CDK that do so; and what goes before and after.

use formwork_assembly::{Bootstrap, BootstrapRole, SortedSet};

use super::{Statement, arn::Place, inventory::Inventory, lookups, named::Named};

/// The statements, in the order of the work.
pub(super) fn statements(inventory: &Inventory<'_>, execution_role: &str) -> Vec<Statement> {
    let mut statements = match inventory.bootstrap {
        Bootstrap::Formwork => stacks(inventory, execution_role),
        Bootstrap::Cdk { .. } => roles(inventory),
    };
    statements.extend(secure_strings(inventory));
    if inventory.bootstrap == Bootstrap::Formwork {
        statements.extend(files(inventory));
        statements.extend(images(inventory));
    }
    statements.extend(sites(inventory));
    statements.extend(services(inventory));
    statements
}

/// The roles of a bootstrap of the CDK, which do the work. What that for stacks may not do, the caller does.
fn roles(inventory: &Inventory<'_>) -> Vec<Statement> {
    let home = Place { region: "", ..inventory.home() };
    let regions = if inventory.regions.is_empty() {
        vec!["*"]
    } else {
        inventory.regions.iter().copied().collect::<Vec<_>>()
    };
    let needed = [
        (BootstrapRole::Deploy, true),
        (BootstrapRole::FilePublishing, inventory.publishes_files),
        (BootstrapRole::ImagePublishing, inventory.publishes_images),
    ];
    let mut roles = SortedSet::new();
    for (role, _) in needed.into_iter().filter(|(_, is_needed)| *is_needed) {
        let names = regions.iter().filter_map(|region| inventory.bootstrap.role(role, home.account, region));
        roles.extend(names.map(|name| home.arn("iam", &format!("role/{name}"))));
    }
    vec![
        Statement::allow("BootstrapRoles", &["sts:AssumeRole"], roles),
        Statement::allow(
            "GuardStacks",
            &["cloudformation:CancelUpdateStack", "cloudformation:SetStackPolicy"],
            lookups::stacks(inventory),
        ),
    ]
}

fn stacks(inventory: &Inventory<'_>, execution_role: &str) -> Vec<Statement> {
    let stacks = lookups::stacks(inventory);
    let mut changes = vec![
        "cloudformation:CancelUpdateStack",
        "cloudformation:ContinueUpdateRollback",
        "cloudformation:DeleteChangeSet",
        "cloudformation:ExecuteChangeSet",
        "cloudformation:RollbackStack",
        "cloudformation:SetStackPolicy",
        "cloudformation:TagResource",
        "cloudformation:UpdateTerminationProtection",
    ];
    // Whoever deploys to a protected stage cannot delete its stacks: that is for somebody with more rights.
    if !inventory.protected {
        changes.push("cloudformation:DeleteStack");
    }
    let reads = [
        "cloudformation:DescribeChangeSet",
        "cloudformation:DescribeEvents",
        "cloudformation:DescribeStackEvents",
        "cloudformation:DescribeStackResourceDrifts",
        "cloudformation:DescribeStacks",
        "cloudformation:DetectStackDrift",
        "cloudformation:GetStackPolicy",
        "cloudformation:GetTemplate",
        "cloudformation:ListStackResources",
    ];
    let mut statements = vec![
        Statement::allow("ReadStacks", &reads, lookups::stacks_within(inventory)),
        Statement::allow("ChangeStacks", &changes, stacks.clone()),
        // A stack keeps the role that its last change set named.
        Statement::allow("PlanUnderTheRole", &["cloudformation:CreateChangeSet"], stacks).when(
            "ArnEquals",
            "cloudformation:RoleArn",
            execution_role,
        ),
        Statement::allow("DriftDetections", &["cloudformation:DescribeStackDriftDetectionStatus"], "*"),
        Statement::allow("PassRole", &["iam:PassRole"], execution_role).when(
            "StringEquals",
            "iam:PassedToService",
            "cloudformation.amazonaws.com",
        ),
        // What change sets make unnecessary: nothing happens that could not be reviewed.
        Statement::deny(
            "NothingUnreviewed",
            &["cloudformation:CreateStack", "cloudformation:UpdateStack"],
            &["*"],
        ),
    ];
    if !inventory.transforms.is_empty() {
        let home = Place { account: "aws", ..inventory.home() };
        let arn = |name: &String| {
            home.arn("cloudformation", &format!("transform/{}", name.trim_start_matches("AWS::")))
        };
        let transforms: SortedSet<String> = inventory.transforms.iter().map(arn).collect();
        statements.push(Statement::allow("Transforms", &["cloudformation:CreateChangeSet"], transforms));
    }
    statements
}

/// The secret values of parameters, which go from Parameter Store to CloudFormation when a stack is made.
fn secure_strings(inventory: &Inventory<'_>) -> Vec<Statement> {
    let mut names = SortedSet::new();
    for stack in &inventory.stacks {
        for name in stack.secure_strings.values() {
            let name = format!("parameter/{}", name.trim_start_matches('/'));
            names.insert(inventory.place_of(stack).arn("ssm", &name));
        }
    }
    if names.is_empty() {
        return Vec::new();
    }
    let home = inventory.home();
    vec![
        Statement::allow("SecureStrings", &["ssm:GetParameter"], names),
        Statement::allow("SecureStringKeys", &["kms:Decrypt"], home.arn("kms", "key/*")).when(
            "StringLike",
            "kms:ViaService",
            format!("ssm.{}.amazonaws.com", home.region),
        ),
    ]
}

/// What it takes to write an object, in pieces too: to go on with an upload that broke off, and to take one away.
const WRITES: &[&str] =
    &["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"];

/// What it takes to know what is in a bucket, and on its way there.
const LISTS: &[&str] = &["s3:ListBucket", "s3:ListBucketMultipartUploads"];

/// The bucket for files. It is there: making it, once for an account and region, is for somebody with more rights.
fn files(inventory: &Inventory<'_>) -> Vec<Statement> {
    if !inventory.publishes_files {
        return Vec::new();
    }
    let home = inventory.home();
    if inventory.is_of_cdk {
        return vec![bootstrap(&home, "CdkFiles", "file"), bootstrap_version(&home, "CdkFilesVersion")];
    }
    let bucket = Bootstrap::Formwork.bucket(home.account, home.region);
    let bucket = format!("arn:{}:s3:::{bucket}", home.partition);
    let objects = format!("{bucket}/*");
    vec![Statement::allow("AssetBucket", LISTS, bucket), Statement::allow("AssetFiles", WRITES, objects)]
}

/// The repository for images, likewise.
fn images(inventory: &Inventory<'_>) -> Vec<Statement> {
    if !inventory.publishes_images {
        return Vec::new();
    }
    let home = inventory.home();
    if inventory.is_of_cdk {
        return vec![bootstrap(&home, "CdkImages", "image"), bootstrap_version(&home, "CdkImagesVersion")];
    }
    let actions = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeRepositories",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
    ];
    let repository = format!("repository/{}", Bootstrap::Formwork.repository(home.account, home.region));
    vec![
        Statement::allow("AssetImages", &actions, home.arn("ecr", &repository)),
        Statement::allow("ImageLogin", &["ecr:GetAuthorizationToken"], "*"),
    ]
}

/// The role with which assets of a sort are published where the CDK is at home.
fn bootstrap(home: &Place<'_>, sid: &str, sort: &str) -> Statement {
    let role = format!("role/cdk-*-{sort}-publishing-role-{}-{}", home.account, home.region);
    Statement::allow(sid, &["sts:AssumeRole"], Place { region: "", ..*home }.arn("iam", &role))
}

fn bootstrap_version(home: &Place<'_>, sid: &str) -> Statement {
    Statement::allow(sid, &["ssm:GetParameter"], home.arn("ssm", "parameter/cdk-bootstrap/*"))
}

/// The buckets of sites, and the caches in front of them.
fn sites(inventory: &Inventory<'_>) -> Vec<Statement> {
    let buckets: SortedSet<String> = inventory
        .sites
        .iter()
        .filter_map(|site| {
            let named = Named::of_kind("AWS::S3::Bucket")?;
            let mut buckets = inventory.of_kind(named.kind);
            let bucket = buckets
                .find(|one| one.stack.id == site.bucket.stack && one.logical_id == site.bucket.logical_id)?;
            Some(named.arn(inventory, bucket))
        })
        .collect();
    if buckets.is_empty() {
        return Vec::new();
    }
    let files: SortedSet<String> = buckets.iter().map(|bucket| format!("{bucket}/*")).collect();
    let mut statements = vec![
        Statement::allow("SiteBuckets", LISTS, buckets),
        Statement::allow("SiteFiles", &[WRITES, &["s3:DeleteObject"]].concat(), files),
    ];
    if inventory.sites.iter().any(|site| site.distribution.is_some()) {
        let home = Place { region: "", ..inventory.home() };
        let caches = home.arn("cloudfront", "distribution/*");
        statements.push(Statement::allow("SiteCaches", &["cloudfront:CreateInvalidation"], caches));
    }
    statements
}

/// The services of ECS, to tell why one does not come up; and those whose deployments wait for `deploy`.
fn services(inventory: &Inventory<'_>) -> Vec<Statement> {
    if !inventory.has("AWS::ECS::Service") {
        return Vec::new();
    }
    let home = inventory.home();
    let clusters = home.arn("ecs", "cluster/*");
    let only_here = |statement: Statement| match home.account {
        "*" => statement,
        account => statement.when("StringEquals", "aws:ResourceAccount", account),
    };
    let mut reads = vec!["ecs:DescribeTaskDefinition", "ecs:DescribeTasks", "ecs:ListTasks"];
    let mut statements = Vec::new();
    if inventory.stacks.iter().any(|stack| !stack.gates.is_empty()) {
        reads.extend([
            "ecs:DescribeServiceDeployments",
            "ecs:DescribeServiceRevisions",
            "ecs:ListServiceDeployments",
        ]);
        let arn = |sort: &str| home.arn("ecs", &format!("{sort}/*"));
        statements.push(Statement::allow(
            "OpenGates",
            &["ecs:ContinueServiceDeployment"],
            arn("service-deployment"),
        ));
        statements.push(Statement::allow("GateTasks", &["ecs:RunTask"], arn("task-definition")).when(
            "ArnLike",
            "ecs:cluster",
            clusters,
        ));
        statements.push(Statement::allow("StopGateTasks", &["ecs:StopTask"], arn("task")));
        let roles = Named::of_kind("AWS::IAM::Role").map(|named| named.arns(inventory)).unwrap_or_default();
        if !roles.is_empty() {
            statements.push(Statement::allow("PassTaskRoles", &["iam:PassRole"], roles).when(
                "StringEquals",
                "iam:PassedToService",
                "ecs-tasks.amazonaws.com",
            ));
        }
    }
    statements.push(only_here(Statement::allow("WatchServices", &reads, "*")));
    statements.push(Statement::allow("ReadLogs", &["logs:GetLogEvents"], log_groups(inventory)));
    statements
}

/// The log groups of the stacks, or all where none is of these stacks.
fn log_groups(inventory: &Inventory<'_>) -> SortedSet<String> {
    match Named::of_kind("AWS::Logs::LogGroup") {
        Some(named) if inventory.has(named.kind) => named.arns(inventory),
        _ => SortedSet::from([inventory.home().arn("logs", "log-group:*")]),
    }
}
