//! What lies outside the app: FW4xxx rendering and limits, FW5xxx stages, assets and assembly folders.

use super::{Code, codes};

codes! {
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

    BAD_STAGE "FW5002" "a stage has a name, an account, a region or a bootstrap that cannot be"
    "The name of a stage becomes part of stack names: ASCII letters, digits and `-`, beginning with a letter, 64 at most. An account is twelve digits, written in quotes because it may begin with 0. A region reads like `eu-west-1`. The qualifier of a bootstrap of the CDK becomes part of the names of a bucket, a repository and roles: 1 to 10 lower-case letters and digits, with single `-` between them."

    STAGE_FILE_UNREADABLE "FW5003" "the stage file cannot be read"
    "The file behind `--stages` must exist and be UTF-8 text. Without the option, `stages.json` beside the Cargo.toml of the app is read if it is there."

    STAGE_FILE_SYNTAX "FW5004" "the stage file is not JSON"
    "Stages are written in plain JSON: double quotes around names and texts, no comments, no comma after the last item."

    STAGE_FILE_SHAPE "FW5005" "the stage file says something that the app does not expect"
    "The file holds `stages`, and optionally `default` and `$schema`. A stage holds `account`, `region`, `protected`, `bootstrap` and `config`; what may be in `config` is what the config type of the app says. The command `schema` prints all of it as a JSON Schema, which editors understand."

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
}
