//! The table of diagnostic codes: one number, one name, one explanation, never reused.
//!
//! FW1xxx graph and wiring, FW2xxx references, FW3xxx validation, FW4xxx rendering and limits, FW5xxx assembly, assets and stages, FW6xxx deploy.

mod app;
mod construct;
mod folder;

pub use app::*;
pub use construct::*;
pub use folder::*;

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

/// Makes a constant of each code, and a list of all.
macro_rules! codes {
    ($($name:ident $id:literal $title:literal $explanation:literal)*) => {
        $(
            #[doc = concat!("`", $id, "`: ", $title, ".")]
            pub const $name: Code = Code { id: $id, title: $title, explanation: $explanation };
        )*

        /// The codes of this table, in the order of their numbers.
        pub(super) const CODES: &[Code] = &[$($name),*];
    };
}
use codes;

codes! {
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

    IMPORT "FW6217" "something is to be imported that cannot be"
    "`--import PATH=ID` names a resource of a template by its construct path, and what its service knows the one that is there by. Where the identifier has several parts, as that of an ECS service has, they stand with `|` between them. `--import-existing` finds by itself what has its name in the template as it is, without functions."

    TEMPLATE_UNREADABLE "FW6218" "a deployed template cannot be compared"
    "A stack that another tool has deployed may have a template in YAML, which Formwork does not read. Where CloudFormation makes a change set, that says what would change; without one nothing can be said, and nothing is guessed."

    DATA_AT_RISK "FW6221" "something that holds data would be replaced or deleted"
    "Databases, buckets, volumes and the like are neither replaced nor deleted unless somebody names them, with `--allow replace:ID` or `--allow delete:ID`. The id is a construct path, or a logical id with the id of its stack before it. Where the change is not wanted: a renamed construct keeps its resource with `with_logical_id`."

    ALLOWANCE_UNUSED "FW6222" "something is allowed that does not happen"
    "`--allow` names what may be replaced or deleted in this one deployment. One that nothing needs is best taken out of scripts: later it could allow what nobody means."

    DECLINED "FW6223" "nobody has agreed to the deployment"
    "What a deployment would do is shown, and carried out once somebody agrees: by answering, or with `--yes` where nobody can be asked. A protected stage wants its name: `--yes=prod`."

    NO_REPLACEMENT "FW6224" "something would be replaced that an option does not let be replaced"
    "With `--no-rollback` a failed update stays as it is, half done. CloudFormation then replaces nothing, and finds that out only once it is at it; so such a deployment is refused before. Deploy without the option."

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
    "An assembly that the CDK wrote, or one of a stage with `\"bootstrap\": \"cdk\"`, names the bucket, the repository and the roles that `cdk bootstrap` makes in each account and region, and the least version of them. Run that command, or the newer version of it; or take `bootstrap` out of the stage, and Formwork makes a bucket and a repository of its own."

    BAD_DESTINATION "FW6404" "an assembly folder wants to publish to a place that is not known"
    "In the names of buckets, repositories and roles, an assembly may write `${AWS::AccountId}`, `${AWS::Region}` and `${AWS::Partition}`; anything else in `${…}` has no meaning there. A folder whose asset has no place at all was changed by hand, or broke on its way."

    ASSET_UNPACKABLE "FW6405" "an asset cannot be packed"
    "A directory is packed into one file before it is sent, in Formwork's directory among the caches of the user. That file goes with the run; what a run that was killed has left, the next one removes. There must be room for it on the disk, and the directory must be writable."

    SET_UP_OUTDATED "FW6406" "the place for assets stays as an earlier release has made it"
    "A later release may want more of the stack `formwork-assets`: another rule for old files, a stricter policy. The first deployment that publishes something brings it up to date, where the caller may, without replacing its bucket or its repository. Until then it serves as it did. Run `deploy` as somebody who may update the stack."

    NO_IMAGE_BUILDER "FW6410" "the program that builds images is not there"
    "Images that are built from a directory need Docker, or a program that takes the same commands: `build`, `login`, `tag` and `push`. Install it, or name another one with the environment variable `FORMWORK_DOCKER`. Images that are in a repository already are not built again."

    IMAGE_BUILDER_DOWN "FW6411" "the program that builds images does not work"
    "The program is there, but cannot even tell its own version: most often its service, the Docker daemon, is not running, or the user may not talk to it. `docker info` tells more."

    IMAGE_NOT_BUILT "FW6412" "an image cannot be built"
    "The build ended with an error, whose last lines stand in the report. Nothing was pushed for this image. Run `docker build` in its directory to see all of it."

    REGISTRY_LOGIN "FW6413" "the login to a registry fails"
    "Before images are pushed, the program that builds them is logged in to the registry of the account with a token that AWS gives for twelve hours. The token is handed over on standard input, never as an argument, and kept in a copy of that program's settings (`DOCKER_CONFIG`, and `REGISTRY_AUTH_FILE` of Podman) that goes with the run. A program that does not take such settings keeps the login with all others, which is warned of."

    IMAGE_NOT_PUSHED "FW6414" "an image cannot be pushed"
    "The image was built, and the registry did not take it, or the connection broke. An image is there as a whole or not at all: run the same command again."

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

    OTHER_BUILD "FW6702" "the app makes something else when it is built again"
    "An app that asks AWS is built once more, with the feature `deploy`, by the cargo that has run it. Cargo does not tell which other features it was given, nor whether the default ones were left out. Where the second build makes another assembly than the first one, nothing is deployed. Name all features in one command, with `formwork/deploy` among them; or see to it that the app makes the same each time it is run."

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

/// Every code, in the order of their numbers.
pub fn all() -> impl Iterator<Item = &'static Code> + Clone {
    [app::CODES, construct::CODES, folder::CODES, CODES].into_iter().flatten()
}

/// The code of that number, whatever its case.
pub fn code(id: &str) -> Option<&'static Code> {
    all().find(|code| code.id.eq_ignore_ascii_case(id.trim()))
}
