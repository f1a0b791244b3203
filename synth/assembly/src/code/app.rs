//! What can be wrong with an app and its templates: FW1xxx graph and wiring, FW2xxx references, FW3xxx validation.

use super::{Code, codes};

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
}
