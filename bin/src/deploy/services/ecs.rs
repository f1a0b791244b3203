//! The few questions that are put to ECS, and to the logs of its tasks.

use serde_json::{Value, json};

use super::super::cloud::{Answer, Call, Cloud, StackMember};

/// Where a service is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ServiceAt {
    /// The ARN of the service.
    pub arn: String,
    /// The name of its cluster.
    pub cluster: String,
    /// Its own name.
    pub name: String,
}

/// Asks about one service.
pub(super) struct Ecs<'a, C> {
    pub cloud: &'a C,
    pub at: &'a ServiceAt,
}

impl ServiceAt {
    /// The service of a logical id, once CloudFormation knows its ARN: `arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME`.
    pub(super) fn of(members: &[StackMember], logical_id: &str) -> Option<Self> {
        let member = members.iter().find(|member| member.logical_id == logical_id)?;
        let (_, path) = member.physical_id.split_once(":service/")?;
        let (cluster, name) = path.split_once('/')?;
        Some(Self { arn: member.physical_id.clone(), cluster: cluster.to_owned(), name: name.to_owned() })
    }
}

impl<C: Cloud> Ecs<'_, C> {
    /// The deployments that are under way. One that goes back by itself waits at no gate.
    pub(super) async fn deployments(&self) -> Answer<Vec<Value>> {
        let body = json!({ "cluster": self.at.cluster, "service": self.at.arn, "status": ["PENDING", "IN_PROGRESS"] });
        let listed = self.ask("AmazonEC2ContainerServiceV20141113.ListServiceDeployments", body).await?;
        let arns: Vec<&Value> =
            list(&listed, "serviceDeployments").iter().map(|one| &one["serviceDeploymentArn"]).collect();
        if arns.is_empty() {
            return Ok(Vec::new());
        }
        let body = json!({ "serviceDeploymentArns": arns });
        let described =
            self.ask("AmazonEC2ContainerServiceV20141113.DescribeServiceDeployments", body).await?;
        Ok(list(&described, "serviceDeployments").to_vec())
    }

    /// A version of the service: what it runs, and where.
    pub(super) async fn revision(&self, arn: &str) -> Answer<Value> {
        let body = json!({ "serviceRevisionArns": [arn] });
        let described = self.ask("AmazonEC2ContainerServiceV20141113.DescribeServiceRevisions", body).await?;
        Ok(described["serviceRevisions"][0].clone())
    }

    /// Lets a deployment go on, or back.
    pub(super) async fn go(&self, deployment: &str, hook: &str, action: Direction) -> Answer<()> {
        let body = json!({ "serviceDeploymentArn": deployment, "hookId": hook, "action": action.word() });
        self.ask("AmazonEC2ContainerServiceV20141113.ContinueServiceDeployment", body).await.map(drop)
    }

    /// Runs a task. Answers it, or why there is none.
    pub(super) async fn run(&self, mut request: Value) -> Answer<Result<Value, String>> {
        request["cluster"] = json!(self.at.cluster);
        request["count"] = json!(1);
        let answer = self.ask("AmazonEC2ContainerServiceV20141113.RunTask", request).await?;
        let task = answer["tasks"][0].clone();
        let reason = || answer["failures"][0]["reason"].as_str().unwrap_or("no reason was given").to_owned();
        Ok(if task.is_null() { Err(reason()) } else { Ok(task) })
    }

    /// Stops a task.
    pub(super) async fn stop(&self, task: &str, reason: &str) -> Answer<()> {
        let body = json!({ "cluster": self.at.cluster, "task": task, "reason": reason });
        self.ask("AmazonEC2ContainerServiceV20141113.StopTask", body).await.map(drop)
    }

    /// Tasks by their ARNs.
    pub(super) async fn tasks(&self, arns: &[String]) -> Answer<Vec<Value>> {
        let body = json!({ "cluster": self.at.cluster, "tasks": arns });
        let described = self.ask("AmazonEC2ContainerServiceV20141113.DescribeTasks", body).await?;
        Ok(list(&described, "tasks").to_vec())
    }

    /// The ARNs of tasks of the service that have stopped lately.
    pub(super) async fn stopped(&self) -> Answer<Vec<String>> {
        let body =
            json!({ "cluster": self.at.cluster, "serviceName": self.at.name, "desiredStatus": "STOPPED" });
        let listed = self.ask("AmazonEC2ContainerServiceV20141113.ListTasks", body).await?;
        Ok(list(&listed, "taskArns").iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    /// The last lines that a container of a task wrote; none where it does not write to CloudWatch Logs.
    pub(super) async fn last_lines(&self, task: &Value, container: &str) -> Answer<Vec<String>> {
        let body = json!({ "taskDefinition": task["taskDefinitionArn"] });
        let described = self.ask("AmazonEC2ContainerServiceV20141113.DescribeTaskDefinition", body).await?;
        let containers = list(&described["taskDefinition"], "containerDefinitions");
        let definition = containers.iter().find(|one| one["name"] == container);
        let options = definition.map(|one| &one["logConfiguration"]["options"]);
        let id = task["taskArn"].as_str().and_then(|arn| arn.rsplit('/').next());
        let (Some(options), Some(id)) = (options, id) else { return Ok(Vec::new()) };
        let (Some(group), Some(prefix)) =
            (options["awslogs-group"].as_str(), options["awslogs-stream-prefix"].as_str())
        else {
            return Ok(Vec::new());
        };
        let body = json!({ "logGroupName": group, "logStreamName": format!("{prefix}/{container}/{id}"),
            "limit": LINES, "startFromHead": false });
        let call = Call::Json { service: "logs", host: "logs", target: "Logs_20140328.GetLogEvents", body };
        let events = self.cloud.call(&call).await?;
        let lines = list(&events, "events").iter().filter_map(|event| event["message"].as_str());
        Ok(lines.map(|line| line.trim_end().to_owned()).collect())
    }

    async fn ask(&self, target: &'static str, body: Value) -> Answer<Value> {
        self.cloud.call(&Call::Json { service: "ecs", host: "ecs", target, body }).await
    }
}

/// How many of the last lines of a container are told.
const LINES: u32 = 10;

/// Where a deployment that waits is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    On,
    Back,
}

impl Direction {
    fn word(self) -> &'static str {
        match self {
            Self::On => "CONTINUE",
            Self::Back => "ROLLBACK",
        }
    }
}

/// A list in an answer; an empty one where there is none.
pub(super) fn list<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}
