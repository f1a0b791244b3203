//! CloudFormation's answers in the engine's words.

use serde_json::json;

use super::{Reply, Server, answered, aws, refusal};
use crate::deploy::cloud::{
    ChangeAction, ChangeSetKind, ChangeSetRequest, CloudFormation, FaultKind, ImportedResource,
    ParameterSetting, Recreation, Replaced, TemplateSource,
};

fn request() -> ChangeSetRequest {
    ChangeSetRequest {
        stack: "shop".into(),
        name: "formwork-1".into(),
        description: String::new(),
        kind: ChangeSetKind::Import,
        template: TemplateSource::Body("{}".into()),
        parameters: vec![
            ("Password".into(), ParameterSetting::Value("correct-horse".into())),
            ("Size".into(), ParameterSetting::Previous),
        ],
        tags: vec![("app".into(), "shop".into())],
        role: Some("arn:aws:iam::1:role/r".into()),
        notify: Vec::new(),
        delete_failed: true,
        import_existing: false,
        imports: vec![ImportedResource {
            kind: "AWS::S3::Bucket".into(),
            logical_id: "Files".into(),
            identifier: vec![("BucketName".into(), "files".into())],
        }],
        revert_drift: true,
        nested: true,
        express: true,
        keep_on_failure: false,
        token: "run-1".into(),
    }
}

#[tokio::test]
async fn a_change_set_is_asked_for_with_all_that_was_said() {
    let server = Server::new([answered("CreateChangeSet", "<Id>arn:c</Id><StackId>arn:s</StackId>")]);
    let made = aws(&server).await.create_change_set(&request()).await.unwrap();
    assert_eq!((made.id.as_str(), made.stack_id.as_str()), ("arn:c", "arn:s"));
    let asked = &server.asked()[0];
    for part in [
        "Action=CreateChangeSet",
        "ChangeSetType=IMPORT",
        "TemplateBody=%7B%7D",
        "Parameters.member.1.ParameterValue=correct-horse",
        "Parameters.member.2.UsePreviousValue=true",
        "Capabilities.member.2=CAPABILITY_NAMED_IAM",
        "OnStackFailure=DELETE",
        "ResourcesToImport.member.1.ResourceIdentifier.entry.1.value=files",
        "DeploymentMode=REVERT_DRIFT",
        "DeploymentConfig.Mode=EXPRESS",
        "IncludeNestedStacks=true",
        "ClientToken=run-1",
    ] {
        assert!(asked.contains(part), "{part} is not in {asked}");
    }
    assert!(!asked.contains("DisableRollback"), "what becomes of a failure is said already: {asked}");
    assert!(!asked.contains("ImportExistingResources") && !asked.contains("Description"), "{asked}");
}

#[tokio::test]
async fn what_an_express_deployment_takes_back_is_always_said() {
    for (keep_on_failure, said) in [(false, "DisableRollback=false"), (true, "DisableRollback=true")] {
        let server = Server::new([answered("CreateChangeSet", "<Id>arn:c</Id><StackId>arn:s</StackId>")]);
        let request = ChangeSetRequest { delete_failed: false, keep_on_failure, ..request() };
        aws(&server).await.create_change_set(&request).await.unwrap();
        assert!(server.asked()[0].contains(said), "{}", server.asked()[0]);
    }
}

#[tokio::test]
async fn a_parameters_value_does_not_come_back_in_a_message() {
    let said = "Parameter validation failed: value correct-horse for Password does not match";
    let server = Server::new([refusal(400, "ValidationError", said)]);
    let fault = aws(&server).await.create_change_set(&request()).await.unwrap_err();
    assert_eq!(fault.message, "Parameter validation failed: value … for Password does not match");
    assert!(!format!("{:?}", request()).contains("correct-horse"));
}

#[tokio::test]
async fn planned_changes_keep_values_and_words() {
    let context = r#"{"Properties":{"BucketName":"a"},"DeletionPolicy":"Retain"}"#.replace('"', "&quot;");
    let content = format!(
        "<ChangeSetName>c</ChangeSetName><Status>CREATE_COMPLETE</Status><ExecutionStatus>NOT_YET_KNOWN</ExecutionStatus>\
         <Changes><member><Type>Resource</Type><ResourceChange><Action>Modify</Action><Replacement>Conditional</Replacement>\
         <PolicyAction>ReplaceAndRetain</PolicyAction><LogicalResourceId>Files</LogicalResourceId>\
         <Scope><member>Properties</member></Scope><BeforeContext>{context}</BeforeContext>\
         <Details><member><ChangeSource>ParameterReference</ChangeSource><CausingEntity>Name</CausingEntity>\
         <Target><Attribute>Properties</Attribute><Name>BucketName</Name><RequiresRecreation>Always</RequiresRecreation>\
         <Path>/Properties/BucketName</Path><BeforeValue>a</BeforeValue><AfterValue>b</AfterValue></Target></member></Details>\
         </ResourceChange></member><member><ResourceChange><Action>Transmute</Action></ResourceChange></member></Changes>\
         <NextToken>more</NextToken>"
    );
    let server = Server::new([answered("DescribeChangeSet", &content)]);
    let page = aws(&server).await.describe_change_set("c", Some("shop"), Some("here")).await.unwrap();
    assert_eq!((page.status.as_str(), page.execution_status.as_str()), ("CREATE_COMPLETE", "NOT_YET_KNOWN"));
    assert_eq!(page.next.as_deref(), Some("more"));
    let [files, other] = &page.changes[..] else { panic!("{:?}", page.changes) };
    assert_eq!((files.replaced, files.before.clone()), (Replaced::Maybe, Some(json!({ "BucketName": "a" }))));
    assert_eq!((files.policy_action.as_deref(), files.after.clone()), (Some("ReplaceAndRetain"), None));
    let detail = &files.details[0];
    assert_eq!((detail.recreation, detail.cause.as_deref()), (Recreation::Always, Some("Name")));
    assert_eq!((detail.before.as_deref(), detail.after.as_deref()), (Some("a"), Some("b")));
    assert_eq!(other.action, ChangeAction::Other("Transmute".into()));

    let asked = &server.asked()[0];
    assert!(asked.contains("IncludePropertyValues=true") && asked.contains("NextToken=here"), "{asked}");
}

#[tokio::test]
async fn events_keep_their_order_their_times_and_unknown_states() {
    let event = |id: &str, status: &str, fraction: &str| {
        format!(
            "<member><EventId>{id}</EventId><StackId>arn:s</StackId><PhysicalResourceId>arn:s</PhysicalResourceId>\
             <ResourceStatus>{status}</ResourceStatus><Timestamp>2026-11-21T16:00:00{fraction}Z</Timestamp></member>"
        )
    };
    let content = [event("2", "REVIEW_IN_PROGRESS", ".12"), event("1", "CREATE_COMPLETE", "")].concat();
    let content = format!("<StackEvents>{content}</StackEvents><NextToken>older</NextToken>");
    let server = Server::new([answered("DescribeStackEvents", &content)]);
    let page = aws(&server).await.describe_stack_events("shop", None).await.unwrap();
    let told: Vec<_> = page.items.iter().map(|event| (event.id.as_str(), event.status.0.as_str())).collect();
    assert_eq!(told, [("2", "REVIEW_IN_PROGRESS"), ("1", "CREATE_COMPLETE")]);
    let times: Vec<_> = page.items.iter().map(|event| event.at.as_str()).collect();
    assert_eq!(times, ["2026-11-21T16:00:00.120Z", "2026-11-21T16:00:00.000Z"]);
    assert!(page.items[0].is_of_stack(), "{:?}", page.items[0]);
    assert_eq!(page.next.as_deref(), Some("older"));
}

#[tokio::test]
async fn validation_tells_failures_from_warnings() {
    let event = |status: &str, mode: &str| {
        format!(
            "<member><EventType>VALIDATION_ERROR</EventType><LogicalResourceId>Files</LogicalResourceId>\
             <ValidationStatus>{status}</ValidationStatus><ValidationFailureMode>{mode}</ValidationFailureMode>\
             <ValidationName>NAME_CONFLICT_VALIDATION</ValidationName><ValidationPath>/Resources/Files</ValidationPath>\
             <ValidationStatusReason>taken</ValidationStatusReason></member>"
        )
    };
    let unrelated = "<member><EventType>STACK_EVENT</EventType></member>";
    let content = [event("FAILED", "FAIL"), event("FAILED", "WARN"), unrelated.into()].concat();
    let server =
        Server::new([answered("DescribeEvents", &format!("<OperationEvents>{content}</OperationEvents>"))]);
    let found = aws(&server).await.describe_validation("arn:c", None).await.unwrap().items;
    let told: Vec<_> =
        found.iter().map(|finding| (finding.status.as_str(), finding.reason.as_str())).collect();
    assert_eq!(told, [("FAILED", "taken"), ("WARN", "taken")]);
    assert!(server.asked()[0].contains("Filters.FailedEvents=true"));
}

#[tokio::test]
async fn a_stack_that_is_not_there_is_none() {
    let server = Server::new([refusal(400, "ValidationError", "Stack with id shop does not exist")]);
    let cloud = aws(&server).await;
    assert!(cloud.describe_stack("shop").await.unwrap().is_none());
    assert!(cloud.get_template("shop").await.unwrap().is_none());
    let fault = cloud.describe_stack_events("shop", None).await.unwrap_err();
    assert_eq!(fault.kind, FaultKind::Missing);
}

#[tokio::test]
async fn an_answer_that_stops_in_its_middle_is_asked_for_again() {
    let server = Server::new([Reply::Half]);
    let fault = aws(&server).await.describe_stack("shop").await.unwrap_err();
    assert_eq!((fault.kind, server.asked().len()), (FaultKind::Unreachable, 4), "{fault:?}");
}
