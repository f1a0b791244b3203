//! What constructs refuse: FW35xx and on.

use super::{Code, codes};

codes! {
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
}
