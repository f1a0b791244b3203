//! The table of diagnostic codes: one number, one name, one explanation, never reused.
//!
//! FW1xxx graph and wiring, FW2xxx references, FW3xxx validation, FW4xxx rendering and limits, FW5xxx assembly, assets and stages, FW6xxx deploy.

/// A diagnostic code and what `explain` says about it.
#[derive(Debug)]
pub struct Code {
    /// `FW1001`.
    pub id: &'static str,
    /// The rule in one line.
    pub title: &'static str,
    /// Why it is a rule, and how to keep it.
    pub explanation: &'static str,
}

macro_rules! codes {
    ($($name:ident $id:literal $title:literal $explanation:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Code = Code { id: $id, title: $title, explanation: $explanation };
        )*

        /// Every code, in the order of their numbers.
        pub const CODES: &[Code] = &[$($name),*];
    };
}

codes! {
    DUPLICATE_ID "FW1001" "two things in one scope share an id"
    "Every child of a scope has an id of its own, because the path of ids names the resource in the template. Give one of the two another id."

    BAD_ID "FW1002" "an id has characters that CloudFormation cannot carry"
    "Logical ids are made of the ids on the path to a resource, and CloudFormation allows only ASCII letters and digits in them, 255 at most. Formwork takes letters, digits, `-`, `_` and `.` in an id and writes them in Pascal case."

    OCCUPIED "FW1003" "a construct puts two resources at its own path"
    "`Scope::in_place` makes a resource of the construct itself, so that both share one path and one logical id. Only one resource can be that; the others are added under ids of their own."

    BAD_LOGICAL_ID "FW1004" "a logical id is empty, too long or has other characters than letters and digits"
    "CloudFormation takes logical ids of 1 to 255 ASCII letters and digits. Formwork makes them of the ids on the path below the stack; shorten those, or pin one with `with_logical_id`."

    LOGICAL_ID_CLASH "FW1005" "two things of one stack share a logical id"
    "Logical ids are the ids on the path in Pascal case without separators, so that `Api/Service` and `ApiService` come to the same. Rename one of the two, or pin one with `with_logical_id`. What comes from an included template keeps the id that it has there; then it is the other one that has to give way."

    NO_PORT "FW1006" "something is connected to what listens on no port"
    "A connection takes its ports from what it leads to. Say on which port that listens, or name the port with `connect_on`."

    COST_TAGS "FW1007" "somebody could not tell whose costs these are"
    "An app of a protected stage names the tags by which its bill is split, by `app.cost_tags`, or says why not, by `app.no_cost_tags`. Every resource that can carry tags then has each of them; one whose tags are known at deployment only, or were taken away by an override, is reported."

    DANGLING_REFERENCE "FW2001" "a value comes from a resource that is not in the app"
    "A handle names a resource of the app that made it. It says nothing in another app: name what exists already by its id, name or ARN."

    FOREIGN_CONDITION "FW2002" "a condition or mapping of another stack is used"
    "Conditions and mappings are parts of one template and cannot be reached from another. Add the same one to the stack that needs it."

    STACK_CIRCLE "FW2003" "stacks need each other"
    "A stack is deployed after those whose values it uses, so stacks cannot use each other's values in a circle. The report names one use for each step of the circle. Move what both sides need to a third stack, or turn one wire around: a rule or policy lies in the stack that asks for it."

    OUTPUT_TAKEN "FW2004" "an output id that a cross-stack reference needs is taken"
    "When a stack uses a value of another, Formwork adds an output to the other one, named after the resource and the attribute. Give your own output of that id another one. Two values may come to the same id too, such as `Endpoint.Port` of `Db` and `Port` of `DbEndpoint`: rename one of the two resources, or pin its logical id."

    REGION_UNREACHABLE "FW2005" "a value of another region cannot be had"
    "`Fn::GetStackOutput` reaches another region when it is told which; so the region of the stack that is used must be known, by the stage or by the stack itself. Exports reach no other region at all."

    OVERRIDE_NOWHERE "FW2006" "an override leads nowhere"
    "An override is a JSON pointer into the finished resource, as it stands in the template. All of its steps but the last must exist, and for a removal the last as well; otherwise it would be lost in silence when the resource changes."

    UNKNOWN_TYPE "FW3001" "there is no resource type of that name"
    "Resource types are spelt like `AWS::S3::Bucket`. Formwork knows all that AWS publishes at the time of its release; types of third parties, of a private registry, modules and `Custom::…` are taken as they are."

    UNKNOWN_PROPERTY "FW3002" "a resource has no such property"
    "CloudFormation refuses properties that it does not know. The names are those of AWS, with their case. The report suggests the nearest one. What is newer than this release is accepted by `.accept(\"FW3002\", \"why\")` on the resource."

    MISSING_PROPERTY "FW3003" "a required property is not set"
    "AWS cannot make the resource, or the nested property type, without it. A property that is `AWS::NoValue` counts as not set."

    READ_ONLY "FW3004" "a property is set that only AWS sets"
    "Some values, such as ARNs, come into being with the resource. They are read with `Fn::GetAtt` and cannot be given."

    WRONG_TYPE "FW3005" "a value has the wrong type"
    "Numbers and booleans may stand where text is wanted, and text that reads as a number or boolean may stand for one; nothing else is converted. A function that answers a list cannot stand where one value is wanted, nor the other way round."

    BAD_VALUE "FW3006" "a value is not one of the allowed ones"
    "The property takes a fixed set of values; case matters unless AWS says otherwise. A value that differs from an allowed one in its numbers alone, such as a newer version, is only warned about, because AWS adds those more often than Formwork is released. What is newer than this release is accepted by `.accept(\"FW3006\", \"why\")` on the resource."

    BAD_PATTERN "FW3007" "a text does not match the pattern of its property"
    "AWS gives a regular expression for the property, and refuses what does not match it. What is newer than this release is accepted by `.accept(\"FW3007\", \"why\")` on the resource."

    BAD_LENGTH "FW3008" "a text is too short or too long"
    "The facts of the resource type say how many characters the property takes. Shorten or lengthen the text; the finding names both bounds."

    OUT_OF_BOUNDS "FW3009" "a number is too small or too large"
    "The facts of the resource type say which numbers the property takes; both bounds are allowed themselves. Choose a number between them."

    LIST_SIZE "FW3010" "a list has too few or too many items"
    "Items that a condition may remove are counted both ways, so that only what is certainly wrong is reported."

    DUPLICATE_ITEM "FW3011" "a list holds the same item twice"
    "AWS treats this list as a set and refuses repetitions. Remove one of the two items, or merge them."

    BAD_KEY "FW3012" "a map has a key that is not allowed"
    "The keys are free, but must match a regular expression that AWS gives."

    PROPERTY_RULE "FW3013" "properties that belong together, or exclude each other, do not agree"
    "Some properties need others, exclude others, or stand for one of several choices. The report names them."

    NULL_VALUE "FW3014" "a value is `null`"
    "CloudFormation takes no `null` anywhere in a template. Leave the property out, or use `AWS::NoValue` where a condition decides."

    BAD_FORMAT "FW3015" "a text is not spelt as its kind demands"
    "Networks, dates, ARNs and their like have a spelling of their own, which AWS checks when the resource is made. The finding shows what it looks like."

    BAD_DYNAMIC_REFERENCE "FW3016" "a dynamic reference is misspelt"
    "Dynamic references are `{{resolve:ssm:NAME:VERSION}}`, `{{resolve:ssm-secure:NAME:VERSION}}` and `{{resolve:secretsmanager:SECRET:SecretString:KEY:STAGE:VERSION}}`; what follows the name may be left out."

    WRONG_REFERENCE "FW3017" "a reference gives something else than its property takes"
    "The ARN, the name and the id of a resource are three different things. `Ref` gives one of them, which one depends on the type; the others are read with `Fn::GetAtt`."

    DUPLICATE_RESOURCE "FW3018" "two resources would be one and the same"
    "AWS tells resources of one type apart by the properties that identify them. The second one cannot be made, or takes over the first."

    BAD_TAG "FW3019" "a tag is set twice, or belongs to AWS"
    "A resource has one value for each key, with regard to case. Keys that begin with `aws:` are AWS's own."

    UNKNOWN_FUNCTION "FW3020" "there is no function of that name"
    "A key that begins with `Fn::` calls a function of CloudFormation. The report suggests the nearest name."

    FUNCTION_SHAPE "FW3021" "a function has arguments that it cannot use"
    "Every function takes its arguments in one shape, and must be the only key of its object."

    FUNCTION_PLACE "FW3022" "a function stands where it may not"
    "CloudFormation computes values in properties and outputs, decisions in conditions and rules, and nothing in parameters, mappings, `DependsOn`, `Type` and policies. Conditions, rules and names of exports cannot depend on a resource."

    UNKNOWN_NAME "FW3024" "a name refers to nothing"
    "`Ref`, `Fn::GetAtt`, `Fn::Sub` and `DependsOn` name resources and parameters of the same template by their logical ids."

    UNKNOWN_ATTRIBUTE "FW3025" "a resource has no such attribute"
    "`Fn::GetAtt` reads the attributes that AWS publishes for the type; most properties are no attributes. What identifies a resource is often given by `Ref` instead."

    UNKNOWN_CONDITION "FW3026" "there is no such condition"
    "Conditions are named in the section `Conditions` of the same template."

    UNKNOWN_MAPPING "FW3027" "there is no such mapping, or no such key in it"
    "`Fn::FindInMap` fails on deployment if the mapping or one of the two keys is missing, unless it has a `DefaultValue`."

    NEEDS_TRANSFORM "FW3028" "something needs a transform that the template does not name"
    "Loops, `Fn::Length`, `Fn::ToJsonString`, default values of `Fn::FindInMap` and the serverless types are made by transforms, which a template must name in its section `Transform`."

    UNSUBSTITUTED "FW3029" "a variable stands in plain text"
    "`${AWS::Region}` and its like are replaced only within `Fn::Sub`. Anywhere else they reach the service as they stand."

    BAD_RESOURCE "FW3030" "a resource is not what a resource must be"
    "A resource is an object with a `Type`, `Properties`, and the attributes that CloudFormation itself knows: `DependsOn`, `Condition`, `Metadata`, the deletion, creation and update policies."

    BAD_POLICY "FW3031" "a deletion, creation or update policy is not known"
    "What leaves a stack is deleted, retained, or, for a few types of databases, caches and volumes, deleted after a snapshot. `RetainExceptOnCreate` is for `DeletionPolicy` only."

    BAD_DEPENDENCY "FW3032" "a resource depends on itself"
    "`DependsOn` names other resources that must be complete first."

    RESOURCE_CIRCLE "FW3033" "resources of one template wait for each other"
    "A resource waits for all that it refers to. In a circle none can be first. Break it with a resource of its own for the connection, such as a rule beside the security group, or with a name that is known beforehand."

    BAD_DOCUMENT "FW3034" "a policy document is not what it must be"
    "A document has statements; each has an effect, `Allow` or `Deny`, actions, and says whom it concerns, unless it is attached to them, and what, unless it is attached to that."

    BAD_SECTION "FW3040" "a section of a template is not known, or not what it must be"
    "A template is an object with `Resources` and a few other sections, and each section has a shape of its own."

    BAD_PARAMETER "FW3041" "a parameter is not what it must be"
    "A parameter has a type, and its default must keep to what the parameter itself allows."

    BAD_OUTPUT "FW3042" "an output is not what it must be"
    "An output has one `Value`; with `Export` it also has a name under which other stacks import it."

    BAD_MAPPING "FW3043" "a mapping is not what it must be"
    "A mapping has two levels of keys, and under them plain values or lists of them."

    BAD_CONDITION "FW3044" "a condition is no decision"
    "Conditions are made of `Fn::Equals`, `Fn::And`, `Fn::Or`, `Fn::Not` and other conditions."

    CONDITION_CYCLE "FW3045" "conditions go in a circle"
    "A condition may use other conditions, but not, by way of them, itself. Take one of them out of the circle."

    BAD_RULE "FW3046" "a rule is not what it must be"
    "A rule has `Assertions`, each with an `Assert` that answers yes or no, and optionally a `RuleCondition`."

    DUPLICATE_EXPORT "FW3047" "two outputs are exported under one name"
    "The name of an export is the only one in its account and region."

    NO_RESOURCES "FW3048" "a template has no resources"
    "CloudFormation makes stacks of at least one resource. Add one, or leave the stack out of this stage."

    REGION "FW3049" "a region is not known, or does not offer a resource type"
    "Each region offers some of the resource types. A warning only: Formwork knows the regions as of its release, and AWS adds to them every week. Where the warning is right, CloudFormation refuses the template."

    UNUSED_ACCEPTANCE "FW3050" "something is accepted that was not found"
    "A finding of the form `FW3…` about a resource can be accepted with a reason, by `.accept(\"FW3006\", \"why\")`. Once the finding is gone, the acceptance would hide the next one of its kind: drop it."

    VPC_SHAPE "FW3501" "a VPC has too many zones or an address block of the wrong size"
    "Address blocks of subnets have fixed places in that of the VPC: a quarter for each tier, an eighth of that for each zone. So there is room for 8 zones, and the prefix of the VPC is 16 to 23, because AWS makes subnets of /28 at the smallest."

    TOO_FEW_SUBNETS "FW3502" "a VPC has too few subnets of a tier"
    "A load balancer lies in public subnets of at least two zones; a service in private ones, or in public ones with public addresses. The VPC has fewer than that: let it span more zones, or choose another tier."

    SERVICE_INCOMPLETE "FW3503" "a service lacks something that has no safe default"
    "A service behind a load balancer says its port, its health check, and how it is reached: under a domain, with a certificate, or over plain HTTP for a stated reason. Formwork does not guess these."

    ENVIRONMENT "FW3504" "a container has an environment that cannot be"
    "A container has each variable once, either plain or as a secret, and no name holds `=`."

    SCALE_RANGE "FW3505" "a service scales between numbers that are no range"
    "The first number is the least number of tasks and the second the most; the most is at least 1."

    SCALE_TARGET "FW3506" "a scaling target is no percentage"
    "Targets for CPU and memory are percentages of what a task reserves: over 0, up to 100. Values between 50 and 80 leave room for the minutes that new tasks take to start."

    DOMAIN_OUTSIDE_ZONE "FW3507" "a domain does not lie in the zone that is to hold its records"
    "The certificate of a domain is validated by a record in its hosted zone, and its address is written there too. Name the zone of the domain, or of a domain above it."

    TABLE_KEY "FW3508" "a key attribute of a table is declared with two types"
    "DynamoDB knows the type of each key attribute once for the table and all of its indexes."

    STOP_TIMEOUT "FW3509" "a container has more time to stop than Fargate gives"
    "When a task is to end, its containers get a signal, and are killed after the stop timeout. Fargate waits 120 seconds at most."

    TASK_COUNT "FW3510" "a service has a fixed number of tasks and scales as well"
    "Where a service scales, the number of its tasks is what scaling makes of it, and a fixed one would be lost. Drop `.count(…)`, or drop the range and the targets."

    IMAGE_OPTION "FW3511" "an image from a registry is told how to be built"
    "Dockerfile, build stage and build arguments belong to an image that is built from a directory. An image from a registry is taken as it is."

    CREDENTIAL "FW3520" "a plain environment variable looks like a credential"
    "Whoever may describe a task definition, read the template or its history sees plain variables. Passwords, tokens and keys belong in Secrets Manager or Parameter Store, from where `.secret(…)` injects them when a task starts. A variable is taken for one by its name (`…_PASSWORD`, `…_TOKEN`, `…_SECRET`, `…_API_KEY`) or by its value (keys as AWS, GitHub, GitLab, Slack and Stripe issue them, private keys, a password in a URL). One that is harmless is set by `.harmless_env(…)` with a reason."

    IMAGE_NAME "FW3521" "an image has a tag or digest that cannot be"
    "A digest is `sha256:` and 64 hexadecimal digits in lower case. A tag has up to 128 letters, digits, `_`, `.` and `-`, and begins with a letter, a digit or `_`."

    CONTAINER_PATH "FW3522" "a volume is mounted where it cannot be"
    "A volume is mounted at an absolute path of the container other than `/`, without a colon, and each path has one volume. The path of an access point is absolute too, four directories deep at most."

    CONTAINER_TIMING "FW3523" "a container has a health check or a time to start that ECS does not take"
    "A health check runs every 5 to 300 seconds, takes 2 to 60, fails after 1 to 10 runs, and has a start period of up to 300. Fargate waits 2 to 120 seconds for what a container depends on."

    CONTAINER_ORDER "FW3524" "a container of a task would wait for ever"
    "A container can wait until another one is started, healthy (if that has a health check) or has ended (if its end is not the end of the task), and never in a circle."

    SIDECAR "FW3525" "a sidecar has a name that cannot be, or takes what the task does not have"
    "A name has letters, digits, `-` and `_`. What sidecars reserve comes out of the size of the task, and must leave something to the app's own container."

    ARCHITECTURE "FW3526" "the images of one task are built for different processors"
    "All containers of a task run on one processor: that of the image of the app's own container. Say the same architecture of each image, or take images that are built for all."

    EPHEMERAL_STORAGE "FW3527" "a task has an amount of storage that it cannot have"
    "Every task on Fargate has 20 GiB of storage that goes with it. More of it, from 21 to 200 GiB, costs extra. Tasks on instances share the disks of these."

    LIFECYCLE_POLICY "FW3528" "the lifecycle policy of a repository is none"
    "ECR takes a JSON document with a list of `rules`, each with a priority, a selection and an action. Without one of your own, the newest 15 images are kept, and untagged ones for 7 days."

    FAULT_INJECTION "FW3529" "a task is open to operators and to experiments at once"
    "AWS FIS disturbs tasks through an agent of its own, and wants ECS Exec off while it does. Open a service to one of the two."

    DEPLOYMENT "FW3530" "a service cannot be deployed in that way"
    "The shares and minutes of a deployment have bounds that ECS sets, and each finding names them. Shifting traffic in steps takes something that shifts it: a load balancer in front of the service, or the name that it serves under in Service Connect."

    DEPLOYMENT_GATE "FW3531" "a deployment cannot wait for that"
    "A deployment pauses at the stages that its strategy has. A rolling one, or one of a service without traffic, shifts nothing and so has neither a test before the shift nor a pause around it; it can still run a task before it starts, and wait once the new version is up. ECS waits 14 days at most."

    SCALE_TO_ZERO "FW3532" "a service scales to no task and never comes back"
    "Where no task runs there is no CPU, no memory and no request to measure, so that nothing starts the first one again. A queue has messages without a task, and a schedule knows the time: only with one of these may a service scale to zero."

    SCALE_ON_REQUESTS "FW3533" "a service scales on requests that cannot be counted"
    "Requests for each task are counted at one target group. A deployment that shifts traffic moves it to another group, and the service would scale on a group without requests."

    SERVICE_NAME "FW3534" "a service cannot have that name, or not there"
    "Services of a cluster call each other by names in the namespace of the cluster, on the port that the service listens on. A name is that of a host: small letters, digits and `-` between them, 63 at most."

    CLUSTER_INSTANCES "FW3535" "instances and a cluster do not go together"
    "A cluster has one list of what its tasks can run on, and Formwork writes it whole. So instances belong to a cluster of the app; a second kind of instances names the cluster as the first one knows it; and a service on instances runs on their cluster, without public addresses."

    INSTANCES "FW3536" "instances cannot be made like that"
    "All instance types of a group have one kind of processor, because an image is built for one: a `g` behind the generation, as in `m7g.large`, says Graviton. There are one or more instances at the most, some of them on demand or on Spot, and their volume holds at least the image of the system."

    ALL_ON_SPOT "FW3537" "a service that matters runs on Spot alone"
    "AWS takes Spot capacity back with two minutes' notice, and may take all of it at the same time. A protected service keeps some tasks on demand, or says why it does no harm to lose them all: a queue that waits, work that is done again."

    SCHEDULE "FW3538" "a time is written in a way that AWS does not read"
    "A calendar rule has six fields: minutes, hours, day of the month, month, day of the week, year, with `?` in one of the two days. A single time is written like `2026-12-24T18:00:00`, without a zone. The zone is named as the IANA does: `Europe/Berlin`."

    WEB_ACL "FW3540" "a web ACL does not fit where it is used, or does nothing"
    "A web ACL for CloudFront lies in `us-east-1`, any other beside what it protects. A load balancer behind CloudFront is connected to by CloudFront alone, so that an ACL in front of it must not block addresses or limit their requests: put the ACL in front of the distribution."

    HOSTED_ZONE "FW3541" "a hosted zone is asked for that cannot be"
    "A zone has the name of a domain without a dot at the end, and is delegated from the zone of a domain above it. Query logs and signatures are for public zones, and Route 53 keeps their log groups and keys in `us-east-1` alone."

    DNS_RECORD "FW3542" "a record says nothing, or what its domain cannot be"
    "A record has one value or more. The domain of a zone itself cannot be a CNAME, because it has other records beside; an alias does the same there. An alias has the time to live of its target."

    CERTIFICATE "FW3543" "a certificate names a domain twice, or one that cannot be proven"
    "A certificate is for each of its domains once. `*.example.com` covers the names below `example.com`, and not `example.com` itself. ACM looks for the proof of a domain from outside, where a private zone is not seen."

    INGRESS "FW3544" "a load balancer cannot be reached as it should be"
    "AWS made the list of CloudFront's addresses anew in each region, and says its id nowhere but in its API; Formwork knows the usual regions, and `Ingress::PrefixList(id)` takes any. The list fills a security group, so that it is let in on one port."

    ALB "FW3545" "options of a load balancer do not agree, or are out of bounds"
    "The options are checked before anything is written, because CloudFormation takes the attributes of a load balancer as free text and fails late. The finding says what is allowed."

    ROUTE "FW3546" "a route of a load balancer asks for what a rule cannot do"
    "A rule has five values in all its conditions together. A route that sets a priority takes 1 to 1,000; others have a higher one that comes from what they ask and where they are added, and never changes with other routes. Logins and tokens are for HTTPS."

    ROUTE_CLASH "FW3547" "two routes of a listener have the same priority"
    "Each rule of a listener has a priority of its own. The priority of a route comes from what it asks and from the path of its construct, and seldom two of them meet: then set one by `.priority(…)`. It may be in another stack that uses the same load balancer."

    TARGET "FW3548" "tasks behind a load balancer cannot be reached or checked as they should be"
    "A health check ends before the next begins, and a new task is given the time to pass it before a failed one counts. Slow start and target control work with the algorithm that goes round. gRPC comes by HTTPS."

    SECRET "FW3550" "a secret is asked for that cannot be generated"
    "Secrets Manager generates 1 to 4096 characters, either as the whole secret or as one field of it beside others that are known, and rotates it every 1 to 1000 days."

    DATABASE_CAPACITY "FW3551" "a serverless cluster scales between capacities that Aurora does not offer"
    "Capacity is counted in half ACU, from 0.5 up to 256, and the most is 1 or more. A cluster that goes down to 0 pauses when nobody is connected and takes seconds to come back, so it says after how long, and a protected stage says why."

    DATABASE_MEMBERS "FW3552" "the members of a cluster cannot stand in for each other"
    "A cluster has 1 to 16 members, each with its own name, a promotion tier of 0 to 15, and a zone that the VPC has. In a protected stage they lie in two zones. A serverless member of tier 0 or 1 that stays smaller than a provisioned writer would take over its load and fail."

    DATABASE_WINDOW "FW3553" "a backup or maintenance window cannot be"
    "Windows are in UTC, begin at a minute of the day, and last from 30 minutes to 12 hours. The backup is taken every day, so its window must not share a minute with that of maintenance, on whatever day that is."

    DATABASE_NAME "FW3554" "a database or its user has a name that the engine does not take"
    "Names begin with a letter and have letters, digits and `_`. Each engine keeps a few for itself, such as `admin` in PostgreSQL and `root` in MySQL."

    DATABASE_BACKUP "FW3555" "automatic backups are kept for a time that AWS does not offer"
    "Automatic backups restore a database to any second of the last 1 to 35 days. What must be kept for longer is the work of a backup plan."

    DATABASE_READERS "FW3556" "the readers of a cluster scale in a way that cannot be"
    "A cluster has 15 readers at most. The members that are written down are never scaled in, so that there cannot be more of them than the range of readers allows. Targets are a percentage of CPU, or a number of connections."

    DATABASE_OPTION "FW3557" "options of a database exclude each other, or the engine"
    "Some options work with some engines, classes or other options only, and some would let unencrypted connections in. The message names them."

    DATABASE_STORAGE "FW3558" "the storage of a database cannot grow as it should"
    "Storage of the type gp3 has 20 to 65536 GiB. It grows by itself up to the second number, which RDS wants to be a tenth over the first or more."

    BACKUP_PLAN "FW3559" "a backup plan cannot be carried out"
    "A plan backs up something, by rules with a name, an hour, and a number of days for which backups are kept: cold ones for 90 days longer than warm, continuous ones for 35 at most, all of them within the lock of the vault, and copies in another region than the original."

    BUCKET "FW3570" "a bucket has options that S3 does not take together"
    "Objects are deleted after one day or more, and archived before they are deleted; S3 moves them to infrequent access after 30 days at the earliest. An origin of web pages is a scheme and a host, without a path."

    SITE_DOMAIN "FW3571" "the names of a site do not go together"
    "Under a domain in a zone of the app a site has records and a certificate of its own. A name whose records are kept elsewhere takes a certificate that exists already; and what leads visitors to the domain needs one to lead to."

    CLOUDFRONT_CERTIFICATE "FW3572" "a certificate for CloudFront lies in another region than `us-east-1`"
    "CloudFront is a service of the whole world, and looks for certificates in one region only. Without a word about it, the domain of a site has a certificate there of its own, in a stack that Formwork adds."

    SITE_BEHAVIOR "FW3573" "an origin beside the files of a site cannot be as it is"
    "Each pattern of paths, such as `/api/*`, leads to one origin. Error pages hold for all origins of a distribution, so that they would hide what an API says. CloudFront signs its requests to buckets, and is not allowed to use keys of KMS unless their policies say so."

    SITE_HEADERS "FW3574" "a header of a site is nothing that a browser understands"
    "A content security policy is made of sources, each in a call of its own and keywords in their own quotes: `'self'`. The other headers have a name of letters, digits and `-`, and a value in one line."

    SITE_ACCESS "FW3575" "what stands before a site cannot be as it is"
    "Countries are two capital letters. Cookies are signed with a private key that stays with you; the site knows its public half, as PEM. A firewall for CloudFront has the scope CLOUDFRONT and lies in `us-east-1`."

    SITE_FILES "FW3576" "the files of a site are told something that cannot be"
    "Patterns of files and the page for what is not found count from the directory of the site, without `/` at the start. At least the newest release keeps its files."

    SITE_WATCH "FW3577" "the logs or alarms of a site cannot be where they must be"
    "CloudFront has its logs and metrics in `us-east-1`. Formwork adds a stack there which comes after the site's own; for that, the region of the site must be known, and whoever is told by an alarm must be told in `us-east-1` too."

    QUEUE "FW3580" "a queue has options that SQS does not take together, or that lose messages"
    "SQS hides a received message for 12 hours at most, delays one for 15 minutes, and keeps one for 14 days. A message becomes a dead letter after so many receives, each of which hides it: all of that must fit into the days for which it is kept, or it is gone before. Order, groups and the search for doubled messages are for first-in-first-out queues, whose dead letters go to another of the kind."

    QUEUE_WORKER "FW3581" "a worker would handle a message twice, or lose it"
    "A received message is hidden from other tasks for a while, and comes back after it. Where that is shorter than it takes to handle a message, a second task begins while the first still works: hide it for six times as long, or let the worker hide it for longer as it goes. A container that is to stop has time to end its message: as long as one takes, up to the 120 seconds of Fargate."

    SCHEDULED_TASK "FW3582" "a scheduled task cannot start in that way"
    "The scheduler starts a task within a window of a day at most, and tries a start that fails up to 185 times for up to a day. It does not know whether the last run is over: a task that must not run twice at once needs a schedule that leaves the time, and a lock of its own."

    CACHE "FW3583" "a cache has options that its engine or its kind does not know"
    "A cache without servers has limits of storage and ECPU; shards, replicas, parameters, maintenance windows and logs belong to nodes of your own. Memcached has neither users nor snapshots nor copies. Windows of ElastiCache last for an hour at least."

    OPEN_TO_THE_WORLD "FW3590" "a connection lets the whole internet in"
    "Only load balancers, made for it, listen to the whole internet. Name the blocks of those who may connect, or put the service behind a load balancer."

    LOG_QUERY "FW3591" "a query of logs reads too few or too many log groups"
    "A saved query reads 1 to 50 log groups. Split a larger one by service."

    GITHUB_ROLE "FW3592" "a role for GitHub jobs would be open to nobody, or to too many"
    "The role trusts jobs by exact match: a repository `owner/name` (or `owner@123456/name@456789`, where GitHub adds numbers), and one branch, one environment, or pull requests. Pull requests run before anybody has reviewed them, so that they cannot deploy to a protected stage. A session lasts 1 to 12 hours."

    CHAOS_EXPERIMENT "FW3593" "an experiment breaks what it must not, or what is not there"
    "Experiments bring about faults. In a protected stage they need a reason: `.in_protected_stage(\"why\")`. A fault hits 1 to 100 percent of the tasks, or a zone in which the VPC has subnets, for 1 to 720 minutes."

    VPC_ENDPOINT "FW3594" "an interface endpoint has no subnets, or names no service"
    "An interface endpoint lies in the private subnets of a VPC, or in the isolated ones where it has none. A service is named by what follows the region in the name of its endpoint service, such as `athena`; S3 and DynamoDB have gateways in every VPC already."

    ALARM_PERIODS "FW3600" "an alarm waits for more bad periods than it looks at"
    "An alarm looks at the last periods of its metric and goes off once so many of them are bad. `.periods(3).out_of(5)` is three of five; the first number is at least one and not more than the second."

    NO_ALARMS "FW3601" "something that people rely on has no alarms"
    "In a protected stage, services and databases have alarms that tell whoever is on call: `.alarms(&on_call)` with the handle of an `OnCall`. Where nobody needs to be told, `.no_alarms(\"why\")` says so and writes the reason into the template."

    EMPTY_DASHBOARD "FW3602" "a dashboard shows nothing"
    "CloudWatch takes no dashboard without widgets. Show a service or a database on it, a graph of your own, or what a query finds in logs."

    TEMPLATE_TOO_LARGE "FW4001" "a template is larger than CloudFormation takes"
    "CloudFormation takes templates of up to one million bytes. Formwork leaves out the spaces before it gives up. Move some of the resources to another stack; cross-stack references follow by themselves."

    BAD_STACK_NAME "FW4002" "a stack has a name that CloudFormation does not take, or that another stack has"
    "A stack name begins with a letter and has ASCII letters, digits and `-`, 128 at most. Formwork joins the names of app, stage and stack, with `-` in place of `_` and `.`; `Stack::new().name(…)` sets another one. In one region no two stacks have the same name."

    TOO_MANY "FW4003" "a template has more entries than CloudFormation takes"
    "A template takes 500 resources, 200 parameters, 200 outputs and 200 mappings. Move some to another stack; cross-stack references follow by themselves."

    BAD_NAME "FW4004" "a name in a template is empty, too long or has other characters than letters and digits"
    "Names of resources, parameters, outputs and mappings have 1 to 255 ASCII letters and digits."

    TOO_LONG "FW4005" "a text is longer than CloudFormation takes"
    "Descriptions of templates and outputs take 1,024 bytes, those of parameters 4,000 characters, the values of parameters 4,096 bytes."

    UNKNOWN_STAGE "FW5001" "there is no stage of that name"
    "The name behind `--stage` is one of the stages in the stage file, or of those that the program defines. Without either there are `dev` and `prod`."

    BAD_STAGE "FW5002" "a stage has a name, an account or a region that cannot be"
    "The name of a stage becomes part of stack names: ASCII letters, digits and `-`, beginning with a letter, 64 at most. An account is twelve digits, written in quotes because it may begin with 0. A region reads like `eu-west-1`."

    STAGE_FILE_UNREADABLE "FW5003" "the stage file cannot be read"
    "The file behind `--stages` must exist and be UTF-8 text. Without the option, `stages.json` beside the Cargo.toml of the app is read if it is there."

    STAGE_FILE_SYNTAX "FW5004" "the stage file is not JSON"
    "Stages are written in plain JSON: double quotes around names and texts, no comments, no comma after the last item."

    STAGE_FILE_SHAPE "FW5005" "the stage file says something that the app does not expect"
    "The file holds `stages`, and optionally `default` and `$schema`. A stage holds `account`, `region`, `protected` and `config`; what may be in `config` is what the config type of the app says. The command `schema` prints all of it as a JSON Schema, which editors understand."

    ASSET_UNREADABLE "FW5101" "a file or directory of an asset cannot be read"
    "The directory of an image, a site or a function must exist and be readable when the app is synthesized, because its content decides the hash in the template. Paths count from the directory of Cargo.toml."

    ASSET_KIND "FW5102" "an asset is not what it should be"
    "Images, sites and functions are made from a directory with at least one file in it; a single file is an asset of its own kind."

    NO_DOCKERFILE "FW5103" "an image has no Dockerfile"
    "The Dockerfile lies in the directory that the image is built from: `Dockerfile`, or the path that the image names. It must not lie outside, so that the assembly folder holds all that a build needs."

    ASSET_LINK "FW5104" "a link leads out of an asset"
    "A symbolic link may point to what lies in the same directory tree, by a relative path. One that leads out would bring in files that nobody meant to publish, or break once the directory is copied."

    ASSET_NAME "FW5105" "something in an asset cannot be published"
    "An asset holds files, links and directories whose names are UTF-8. Sockets, pipes and devices have no content to publish."

    IGNORE_FILE "FW5106" "an ignore file has a line that is no pattern"
    "`.dockerignore` for images and `.formworkignore` for other directories have one pattern a line: `*`, `?`, `**`, classes such as `[a-z]`, `!` to take back, `#` for comments."

    ASSET_CHANGED "FW5107" "an asset changed while it was read"
    "The files were hashed, and were different when they were copied. Run the command again once nothing writes to the directory."

    FOLDER_TAKEN "FW5201" "the output folder holds something else"
    "The assembly folder is replaced as a whole at each synth. So that nothing of yours is lost, only a folder that is new, empty, or has a `formwork.json` is written to."

    FOLDER_UNWRITABLE "FW5202" "the assembly folder cannot be written"
    "The folder is built beside its place and then moved there, so the directory around it must be writable and on the same disk. The previous assembly is left as it was."

    FILE_NAME "FW5203" "a stack id cannot be the name of a file"
    "The id of a stack names its template file. It must be a plain name on every system, and differ from other ids by more than upper and lower case."

    FOLDER_UNREADABLE "FW5204" "an assembly folder cannot be read"
    "The folder has a `manifest.json` and a `formwork.json`, and the files that these name. One that was changed by hand, or written by a later release, is best written anew by `synth`."

    PATH_LEADS_OUT "FW5205" "a name in an assembly folder leads out of it"
    "Every file of an assembly lies in its folder. A path with `..`, an absolute path, or a link to the outside would let a tool read or publish something else, and is refused."

    OTHER_STAGE "FW6001" "two assemblies of different apps or stages are compared"
    "A difference between two stages is no change that a deployment would make: names, accounts and sizes differ on purpose. Keep an assembly folder for each stage, and compare with the one of the same stage."

    NO_CREDENTIALS "FW6010" "there are no AWS credentials, or AWS does not know them"
    "The usual places are asked in the usual order: the environment (`AWS_ACCESS_KEY_ID`), the profile (`AWS_PROFILE`, with SSO, a role, or a credential process), web identity, and the container's or machine's own role."

    CREDENTIALS_EXPIRED "FW6011" "the AWS credentials have expired"
    "Temporary credentials end after a while, even in the middle of a deployment. What CloudFormation has begun it goes on with by itself; after a new login the same command finds out how far it is."

    ACTION_DENIED "FW6012" "the caller may not do something that is needed"
    "The policy of the user or role, a permissions boundary, or a policy of the organization does not allow the action. The message is AWS's own, and often names the kind of policy."

    NOT_THERE "FW6013" "AWS does not find something that it was asked about"
    "It was deleted since it was last seen, or lies in another account or region than the one that is asked."

    THERE_ALREADY "FW6014" "something of that name exists already"
    "Many names are unique in an account and region, those of buckets in all of AWS. What was made by hand, or left behind by a deleted stack, keeps its name."

    BUSY "FW6015" "another operation is in progress"
    "CloudFormation does one thing with a stack at a time. Another deployment of the same stack must end, or be cancelled, before the next one can begin."

    REQUEST_REFUSED "FW6016" "AWS refuses what it was asked for"
    "A value, a name or a combination is not valid to the service. Its own words are in the message, because it knows its rules best."

    THROTTLED "FW6017" "AWS still gets too many requests after many attempts"
    "Each account has a limit of requests per second and service, shared by all who use it. Requests were repeated with growing pauses before this was reported."

    UNREACHABLE "FW6018" "nobody answers at the address of the service"
    "There is no network, a proxy or firewall is in between, its certificate is not trusted, or the region does not exist. Requests were repeated before this was reported."

    SERVICE_TROUBLE "FW6019" "a service of AWS has a problem of its own"
    "The service answered with an internal error, several times. Nothing is wrong with the request, and it may work later."

    GARBLED "FW6020" "what answers does not speak like AWS"
    "The answer was not in the form of the service: the login page of a network, the error page of a proxy, or another server at the address in `AWS_ENDPOINT_URL`."

    NO_REGION "FW6021" "it is not known which region to deploy to"
    "The stage names a region; for one that does not, `AWS_REGION` or the profile decides. None of them does."

    BAD_CA_BUNDLE "FW6022" "the certificates in `AWS_CA_BUNDLE` cannot be used"
    "The variable names a file with certificates in PEM form, in addition to those that the system trusts. Companies that look into encrypted traffic hand out such a file."

    UNKNOWN_STACK "FW6101" "a stack is named that is not in the assembly"
    "Stacks are named by their id in the app, or by their name in CloudFormation. The command `ls` lists both."

    WRONG_ACCOUNT "FW6102" "the credentials are not those of the stage's account"
    "A stage says which account it belongs to, so that nothing meant for one account ever reaches another. Use a profile of that account, or another stage."

    STAGE_PROTECTED "FW6103" "an option is not for a protected stage"
    "Ending a deployment before everything is stable, and leaving what a failed one has done, are meant for stages that nobody depends on."

    STACK_BUSY "FW6201" "CloudFormation works on a stack already"
    "A stack takes one operation at a time, from whomever it comes. `status --follow` shows the one that is going on to its end; then deploy again."

    STACK_DEAD "FW6202" "the first creation of a stack has failed, and it takes no update"
    "A stack whose creation has failed can only be deleted. `deploy --replace-failed` deletes it, with what is left in it, and makes it anew; this is never done without being asked for, because its events tell why it failed."

    STACK_STUCK "FW6203" "a stack is stuck between two versions"
    "An update has failed, and so has taking it back. Put right what stands in the way, then continue with `rollback --continue`. Resources that cannot be taken back are named with `--skip`: they stay as they are, and may have to be put right by hand."

    STACK_HALF_DELETED "FW6204" "the deletion of a stack has failed"
    "Some resources could not be deleted. `destroy` tries again; what is to stay, or cannot be deleted by CloudFormation, is named with `--retain`."

    CHANGE_SET_FAILED "FW6211" "CloudFormation cannot work out what a deployment would do"
    "A change set is made of the template, its parameters and what is deployed. Where CloudFormation refuses it, nothing was changed; its own words say why."

    VALIDATION_FAILED "FW6212" "CloudFormation finds before a deployment that it would fail"
    "Before a change set can be carried out, CloudFormation looks for names that are taken, properties that cannot be, and buckets that are not empty. Nothing was changed."

    CHANGE_SET_STALE "FW6213" "a change set is no longer what was reviewed"
    "Only what was reviewed is carried out: a change set of this assembly's template, of a stack that nobody has changed since. Review anew with `deploy --prepare`, or deploy without `--execute`."

    NO_CHANGE_SET "FW6214" "there is no change set of that name"
    "`deploy --prepare` leaves change sets, and says under which name. CloudFormation deletes the change sets of a stack once one of them was carried out."

    DRIFT_UNAWARE "FW6215" "a change set does not know what was changed beside the template"
    "For protected stages CloudFormation is asked to compare with what there really is, and to take back what somebody has changed by hand. Not every stack and region can; then the template alone counts, as it always did."

    CHANGE_SET_LEFT "FW6216" "a change set that nobody needs is left behind"
    "A run that ends before anything is carried out deletes its change sets, and the empty stacks around them. One that could not be deleted does no harm: the next deployment goes on from it."

    DATA_AT_RISK "FW6221" "something that holds data would be replaced or deleted"
    "Databases, buckets, volumes and the like are neither replaced nor deleted unless somebody names them, with `--allow replace:ID` or `--allow delete:ID`. The id is a construct path, or a logical id with the id of its stack before it. Where the change is not wanted: a renamed construct keeps its resource with `with_logical_id`."

    ALLOWANCE_UNUSED "FW6222" "something is allowed that does not happen"
    "`--allow` names what may be replaced or deleted in this one deployment. One that nothing needs is best taken out of scripts: later it could allow what nobody means."

    DECLINED "FW6223" "nobody has agreed to the deployment"
    "What a deployment would do is shown, and carried out once somebody agrees: by answering, or with `--yes` where nobody can be asked. A protected stage wants its name: `--yes=prod`."

    RESOURCE_FAILED "FW6301" "a resource could not be created, updated or deleted"
    "The reason is that of the service, as CloudFormation passes it on. Of all that failed this came first and follows from nothing else; the rest was cancelled because of it."

    STACK_FAILED "FW6302" "a stack is not what it was meant to become"
    "CloudFormation takes back what it has done where something fails, unless it was told not to. The message says which state the stack is in now, and what to do next."

    LOST_SIGHT "FW6303" "nobody knows how a deployment goes on"
    "CloudFormation works by itself once it has begun: neither a lost connection nor expired credentials stop it. `status --follow` shows it to its end."

    INTERRUPTED "FW6304" "somebody has interrupted it"
    "Before anything is carried out, an interrupt takes back what was prepared. After that the first one asks whether to cancel, and the second one leaves CloudFormation to itself."

    LEFT_RUNNING "FW6305" "CloudFormation works on a stack without anybody looking"
    "The deployment was left, not stopped. `status --follow` shows it to its end; deploying again goes on from there."

    CANCELLED "FW6306" "an update was cancelled"
    "CloudFormation takes back what the update had done by then. The stack is as it was before, unless the message says otherwise."

    NOT_CANCELLED "FW6307" "something that goes on cannot be cancelled"
    "CloudFormation can cancel an update, as long as it does not clean up after it yet. The creation of a stack, or an import, goes on to its end; what was created can be deleted after that, with `destroy`."

    NOT_BEGUN "FW6308" "a stack was not begun"
    "Another one, which it depends on, could not be deployed, or somebody has interrupted before its turn came. Nothing of it was changed."

    NOT_GUARDED "FW6309" "a stack could not be protected as it should be"
    "After a deployment the stack is protected against deletion where the app says so, and in protected stages by a stack policy against the loss of data. The caller needs the right to both."

    TERMINATION_PROTECTED "FW6311" "a stack that is protected against termination is to be deleted"
    "Termination protection is there so that nobody deletes a stack by mistake. Take it away in the app and deploy that first; then destroy."

    STACK_NEEDED "FW6312" "a stack is to be deleted that another one needs"
    "The other stack uses what this one hands out, and would break. Name both: those that depend on others are deleted first."

    NOT_RETAINED "FW6313" "something cannot be retained that a deletion would delete"
    "CloudFormation leaves named resources where they are only in a stack whose deletion it has tried, and failed at. Before that, the deletion policy `Retain` keeps a resource: set it in the app, and deploy that first."

    DRIFT_UNKNOWN "FW6321" "CloudFormation could not look at all resources"
    "Drift is found by reading each resource with the caller's rights. What could not be read is neither drifted nor in sync."

    DRIFTED "FW6322" "something was changed beside the template"
    "Somebody has changed a resource by hand, or another tool has. `deploy --revert-drift` takes it back; or write into the app what was changed, so that it stays."

    NO_PLACE_FOR_ASSETS "FW6401" "the account has no place for assets in a region"
    "Images, files and templates over 51,200 bytes are published to a bucket and a repository called `formwork-assets` before the stacks that need them. `deploy` asks once whether to make them, as a small stack of the same name: encrypted, private, and cleaned of what is old. Nothing is made where nobody agrees; run it where there is a terminal, or say yes beforehand."

    SET_UP_FAILED "FW6402" "the place for assets cannot be made, or is not whole"
    "The stack `formwork-assets` holds the bucket and the repository of one account and region. Where its creation failed, or one of the two was deleted by hand, it has to be repaired: delete the stack, which keeps a bucket that is not empty, and deploy again. A bucket or repository that is there already is taken over."

    BOOTSTRAP_MISSING "FW6403" "the bootstrap stack of the CDK is missing or too old"
    "An assembly that the CDK wrote names the bucket, the repository and the roles that `cdk bootstrap` makes in each account and region, and the least version of them. Run that command, or the newer version of it."

    BAD_DESTINATION "FW6404" "an assembly folder wants to publish to a place that is not known"
    "In the names of buckets, repositories and roles, an assembly may write `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`; anything else in `${…}` has no meaning there. A folder whose asset has no place at all was changed by hand, or broke on its way."

    ASSET_UNPACKABLE "FW6405" "an asset cannot be packed"
    "A directory is packed into one file inside the assembly folder before it is sent, and that file is removed again whatever happens. There must be room for it on the disk, and the folder must be writable."

    NO_IMAGE_BUILDER "FW6410" "the program that builds images is not there"
    "Images that are built from a directory need Docker, or a program that takes the same commands: `build`, `login`, `tag` and `push`. Install it, or name another one with the environment variable `FORMWORK_DOCKER`. Images that are in a repository already are not built again."

    IMAGE_BUILDER_DOWN "FW6411" "the program that builds images does not work"
    "The program is there, but cannot even tell its own version: most often its service, the Docker daemon, is not running, or the user may not talk to it. `docker info` tells more."

    IMAGE_NOT_BUILT "FW6412" "an image cannot be built"
    "The build ended with an error, whose last lines stand in the report. Nothing was pushed for this image. Run `docker build` in its directory to see all of it."

    REGISTRY_LOGIN "FW6413" "the login to a registry fails"
    "Before images are pushed, the program that builds them is logged in to the registry of the account with a token that AWS gives for twelve hours. The token is handed over on standard input, never as an argument."

    IMAGE_NOT_PUSHED "FW6414" "an image cannot be pushed"
    "The image was built, and the registry did not take it, or the connection broke. An image is there as a whole or not at all: run the same command again."

    PUBLISHING_INTERRUPTED "FW6415" "publishing was interrupted"
    "No stack was touched. What was published before the interruption stays, is whole, and is not published again by the next run."

    SITE_HOMELESS "FW6501" "the bucket or distribution of a site is not in its stack"
    "The files of a site go into the bucket that the stack of the site made. Where the deployed stack does not have it under the name that the assembly says, the assembly is another one than the one that was deployed."

    SITE_FILE "FW6502" "a file of a site cannot be uploaded"
    "Keys in a bucket have up to 1,024 bytes, what begins with `.formwork/` is kept for the record of releases, and a link must lead to a file of the site. Rename the file, or name it in `.formworkignore`."

    SITE_NOT_UPLOADED "FW6503" "some files of a site are not uploaded"
    "Pages are uploaded after everything that they refer to, so that visitors see the old release until the new one is whole. What was uploaded stays; the next run goes on from there."

    SITE_CACHE "FW6504" "the cache of a site still has its old files"
    "All files are in the bucket, but CloudFront was not told to forget the old ones, and shows them for as long as their cache rules say. The next run tells it again."

    SITE_RECORD "FW6505" "the record of a site's releases is not readable"
    "The object `.formwork/releases.json` in the bucket of a site says which files belong to which release, so that old ones can be removed. Where it is broken, a new one is begun, and files of earlier releases stay until somebody deletes them."

    UPLOAD_INTERRUPTED "FW6506" "uploading a site was interrupted"
    "The stacks are deployed. What was uploaded stays, pages come last, and the next run goes on from there."

    PARAMETER_MISSING "FW6550" "a template parameter has no value"
    "A parameter without a default is given at the first deployment, with `--parameter STACK:NAME=VALUE`. Every later deployment keeps the value, unless another one is given."

    PARAMETER_UNKNOWN "FW6551" "a value is given for a parameter that is not there"
    "`--parameter` names a parameter of a template, with or without the id of its stack. A name that no template has is most often misspelled, or of another app."

    SECURE_STRING_UNREADABLE "FW6552" "a secret of Parameter Store cannot be read"
    "The app names a `SecureString` of the SSM Parameter Store, whose value the stack needs when it is made. It must be there before the deployment, in the region of the stack, and whoever deploys must be allowed to read it."

    LOCAL_PYTHON "FW6601" "there is no Python for the local server"
    "`deploy --local` runs ministack, which is written in Python, in an environment of its own. It looks for `python3` and `python`, or `py` on Windows, of version 3.10 or later; nothing else of your Python is touched."

    LOCAL_INSTALL "FW6602" "the local server cannot be installed"
    "ministack is downloaded once, with pip, and held against a list of hashes; an environment that is not whole is never used. The last lines of what was tried are in the message: most often there is no connection, or `venv` is missing."

    LOCAL_DIED "FW6603" "the local server does not start"
    "It was started and ended before it could answer. Its last lines are in the message, and all of them in its log. A server that you start yourself can be used by its address: `--local URL`."

    LOCAL_DIRECTORY "FW6604" "the local server has no place on the disk"
    "Its environment, and what it keeps from run to run, lie in the directory that your system has for caches: `~/.cache/formwork`, `~/Library/Caches/formwork` or `%LOCALAPPDATA%\\formwork`. Nothing is lost when it is deleted, except what was deployed locally."

    LOCAL_PRETENDED "FW6605" "some resource types are only pretended locally"
    "The local server makes about two hundred resource types. Others get a physical id, attributes and events as AWS would give them, and nothing stands behind them; hosted zones, parameters and secrets that the app takes for granted are assumed to be there. What AWS would check of their values is not checked."

    LOCAL_BUSY "FW6606" "the app is being deployed locally by another command"
    "What an app has in the local server is kept from run to run, and written when the server stops. Two servers with the same state would undo each other's work, so the second command is refused until the first one ends."

    LOCAL_ADDRESS "FW6607" "the address of the local server makes no sense"
    "`--local` takes the address of a CloudFormation server on your machine or in your network, such as `http://127.0.0.1:4566`. It is asked with credentials that are worth nothing, and AWS itself is refused."

    LOCAL_SILENT "FW6608" "nothing answers at the address of the local server"
    "The address was given by `--local` or `AWS_ENDPOINT_URL`. Without one, a server is started for the run, and stopped after it."

    UNANSWERED "FW6701" "something has to be decided, and nobody is there"
    "Where stdin or stderr is no terminal, or the environment says `CI`, nothing waits for an answer. What would be asked is then decided by options: `--yes` agrees to what was shown, for a protected stage with its name (`--yes=prod`), and `--set-up` makes what assets need."

    POLICY_UNKNOWN_TYPE "FW6801" "it is not known what deploying a resource takes"
    "The policies of `policy` come from what AWS publishes about the handlers of resource types. Old types and those of third parties have none; what they need stands in the documentation of their service."

    POLICY_GITHUB "FW6802" "no job of GitHub could take on the role"
    "A role trusts jobs by exact match: a repository `owner/name` (or `owner@123456/name@456789`, where GitHub adds numbers), and one environment or one branch. A pattern would let in branches that anybody can make."

    POLICY_ACCOUNT "FW6803" "a trust policy needs an account that the stage does not say"
    "The identity provider of GitHub lies in the account of the role, and a trust policy has to name it in full. `123456789012` stands where the account belongs; say the account of the stage in the stage file, or put it in by hand."

    POLICY_TOO_MANY "FW6804" "a role needs more policies than it may have"
    "A managed policy takes 6,144 characters, and a role ten of them; AWS raises the second number to 25 when it is asked to. Fewer types of resources in one account need fewer policies."

    POLICY_ROLE_NAME "FW6805" "the name of a role is too long"
    "Roles are called after the app and the stage, with `deploy` or `execution` behind them. IAM takes 64 characters; a shorter name does as well, if the statement `PassRole` names the same."

    CDK_CONTEXT "FW6820" "the CDK command line names the stage in a way that is not understood"
    "Run by the CDK command line, `synth` takes the stage from a context value: `cdk deploy --context stage=prod`, or `\"context\": {\"stage\": \"prod\"}` in `cdk.json`. Where an app means something else by `stage`, `formwork:stage` comes before it; `--stage` comes before both."

    FILE_EXISTS "FW6830" "a file that would be written is there already"
    "`init` writes files that are yours from then on, so that it never changes one: what is there may hold what you have added. Move it away, let the file be written anew, and compare the two."

    FILE_UNWRITABLE "FW6831" "a file cannot be written"
    "`init` writes into the repository of the app: the nearest directory above Cargo.toml that holds `.git`, or the directory of Cargo.toml itself. It makes the directories that are missing."

    WORKFLOW_NAME "FW6832" "a name cannot stand in a workflow"
    "The names of stages, their regions and the directory of the app become part of scripts that run in CI, so that only plain ones are taken: ASCII letters, digits and `-`, and in paths `.`, `_` and `/` as well."
}

/// The code of that number, whatever its case.
pub fn code(id: &str) -> Option<&'static Code> {
    CODES.iter().find(|code| code.id.eq_ignore_ascii_case(id.trim()))
}
