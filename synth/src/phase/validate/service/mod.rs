//! What services demand beyond the shape of single properties: one file for each service or two.
//!
//! Only what is certain to fail, and only where everything that decides it is written down.

mod cloudfront;
mod dynamodb;
mod ec2;
mod ecs;
mod elb;
mod lambda;
mod messaging;
mod order;
mod route53;
mod s3;
mod schedule;

use formwork_assembly::{Diagnostic, code};

use super::{Checker, fields::Fields, finding::Step};
use crate::{
    expr::{Expr, Object},
    template::Template,
};

impl<'t> Checker<'t, '_> {
    /// Checks what the service of a resource demands of it.
    pub(super) fn service(&mut self, type_name: &str, properties: &'t Object) {
        let fields = Fields(properties);
        self.order(type_name, fields);
        match type_name {
            "AWS::CloudFront::Distribution" => self.distribution(fields),
            "AWS::DynamoDB::Table" => self.table(fields),
            "AWS::EC2::SecurityGroup" => self.security_group(fields),
            "AWS::EC2::SecurityGroupIngress" | "AWS::EC2::SecurityGroupEgress" => {
                self.security_group_rule(fields)
            }
            "AWS::EC2::Subnet" => self.subnet(fields),
            "AWS::ECS::Service" => self.ecs_service(fields),
            "AWS::ECS::TaskDefinition" => self.task_definition(fields),
            "AWS::ElasticLoadBalancingV2::Listener" => self.listener(fields),
            "AWS::ElasticLoadBalancingV2::ListenerRule" => self.listener_actions(fields, "Actions"),
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => self.load_balancer(fields),
            "AWS::ElasticLoadBalancingV2::TargetGroup" => self.target_group(fields),
            "AWS::Events::Rule" => self.schedule(fields, "ScheduleExpression"),
            "AWS::Lambda::Function" => self.function_code(fields),
            "AWS::Route53::RecordSet" => self.record_set(fields),
            "AWS::Route53::RecordSetGroup" => self.record_sets(fields),
            "AWS::S3::Bucket" => self.bucket(fields),
            "AWS::SNS::Topic" => self.fifo(fields, "FifoTopic", "TopicName"),
            "AWS::SQS::Queue" => self.queue(fields),
            _ => {}
        }
    }

    /// Checks what services demand of several resources together.
    pub(super) fn services(&mut self, template: &'t Template) {
        self.subnets(template);
    }

    /// Says that properties do not agree.
    fn disagree(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.findings.push(Diagnostic::error(&code::PROPERTY_RULE, message).help(help));
    }

    /// As [`Self::disagree`], at a property.
    fn disagree_at(&mut self, way: &[Step<'t>], message: impl Into<String>, help: impl Into<String>) {
        way.iter().for_each(|step| self.findings.down(*step));
        self.disagree(message, help);
        way.iter().for_each(|_| self.findings.up());
    }
}

/// The resource that a value refers to by `Ref` or `Fn::GetAtt`.
fn referred(value: &Expr) -> Option<&str> {
    let Expr::Call(call) = value else { return None };
    match (&*call.name, &call.argument) {
        ("Ref", Expr::Text(name)) => Some(name),
        ("Fn::GetAtt", Expr::Text(name)) => name.split('.').next(),
        ("Fn::GetAtt", Expr::List(parts)) => parts.first()?.as_text(),
        _ => None,
    }
}
