//! References: `Ref` and `Fn::GetAtt` within a stack; outputs, read by `Fn::GetStackOutput` or imported, between stacks.

use formwork_assembly::{Diagnostic, code};
use formwork_schema::Type;

use super::{Resolver, names::Target};
use crate::{
    expr::{Expr, Object, Str},
    graph::NodeId,
    logical_id::below,
    stack::CrossStack,
    template::Template,
};

impl Resolver<'_> {
    /// What `node` writes to get at a resource or parameter, or at an attribute of it.
    pub(super) fn reference(&mut self, node: NodeId, target: NodeId, attribute: Option<Str>) -> Expr {
        let kind = self.names.target(target);
        let known = match kind {
            Target::Resource(..) => true,
            Target::Parameter(_) => attribute.is_none(),
            Target::Condition | Target::Mapping | Target::Nothing => false,
        };
        let stacks = self.names.stack(node).zip(self.names.stack(target)).filter(|_| known);
        let Some((here, there)) = stacks else {
            self.report_foreign(node);
            return unknown();
        };
        if here == there {
            self.neighbours.push(target);
            return self.local(target, attribute);
        }
        self.depend(node, target);
        self.cross_stack(node, (here, there), target, attribute, &kind)
    }

    /// Reports that a node uses something that is not in this app.
    pub(super) fn report_foreign(&mut self, node: NodeId) {
        self.report(node, foreign());
    }

    /// Writes the outputs that other stacks need into the template of theirs.
    pub(super) fn add_exports(&mut self, stack: NodeId, template: &mut Template) {
        let Some(exports) = self.exports.remove(stack) else { return };
        let mut outputs = match template.sections.remove("Outputs") {
            Some(Expr::Map(outputs)) => outputs,
            _ => Object::new(),
        };
        for (id, (target, attribute)) in exports {
            let export = self.export(stack, &id, target, attribute);
            if outputs.get(&id).is_some() {
                let message = format!("the output `{id}` is needed for values that other stacks use");
                let help = "give the output of that id another one";
                self.report(stack, Diagnostic::error(&code::OUTPUT_TAKEN, message).help(help));
            }
            outputs.set(id, Expr::Map(export));
        }
        outputs.sort();
        template.sections.set("Outputs", Expr::Map(outputs));
    }

    fn local(&self, target: NodeId, attribute: Option<Str>) -> Expr {
        let logical_id = Expr::text(self.names.logical_id(target).to_owned());
        match attribute {
            None => Expr::call("Ref", logical_id),
            Some(attribute) => Expr::call("Fn::GetAtt", Expr::List(vec![logical_id, Expr::Text(attribute)])),
        }
    }

    /// The output that carries a value to other stacks.
    fn export(&mut self, stack: NodeId, id: &str, target: NodeId, attribute: Option<Str>) -> Object {
        let kind = self.names.target(target);
        let is_list = self.answers_list(&kind, attribute.as_deref());
        let mut export = Object::with_capacity(1);
        if let Target::Resource(_, Some(condition)) = kind {
            export.set("Condition", Expr::text(self.names.logical_id(condition).to_owned()));
        }
        if self.names.references(stack) == CrossStack::Strong {
            export.set("Export", Expr::map([("Name", self.export_name(stack, id))]));
        }
        let local = self.local(target, attribute);
        export.set("Value", if is_list { list_call("Fn::Join", local) } else { local });
        export
    }

    /// The name under which a stack exports an output.
    fn export_name(&self, stack: NodeId, output: &str) -> Expr {
        Expr::text(format!("{}:{output}", self.names.stack_name(stack)))
    }

    fn cross_stack(
        &mut self,
        node: NodeId,
        (here, there): (NodeId, NodeId),
        target: NodeId,
        attribute: Option<Str>,
        kind: &Target,
    ) -> Expr {
        let output = below(self.names.logical_id(target), attribute.as_deref().unwrap_or("Ref"));
        let is_list = self.answers_list(kind, attribute.as_deref());
        let exports = self.exports.or_default(there);
        let is_known = exports.get(&output).map(|(known, its_attribute)| {
            *its_attribute == attribute && self.names.logical_id(*known) == self.names.logical_id(target)
        });
        if is_known != Some(true) {
            exports.insert(output.clone(), (target, attribute));
        }
        if is_known == Some(false) {
            let message = format!("two values that other stacks use need the output `{output}`");
            let help = "rename one of the two resources, or pin its logical id";
            self.report(target, Diagnostic::error(&code::OUTPUT_TAKEN, message).help(help));
        }

        let their_region = self.names.region(there);
        let other_region = their_region != self.names.region(here);
        let other = their_region.filter(|_| other_region).map(str::to_owned);
        let call = if self.names.references(there) == CrossStack::Strong {
            if other_region {
                let message = format!("`{}` uses an export of another region", self.graph.path(node));
                let help = "exports reach one region: let the stack that is used have `CrossStack::Weak`";
                self.report(node, Diagnostic::error(&code::REGION_UNREACHABLE, message).help(help));
            }
            Expr::call("Fn::ImportValue", self.export_name(there, &output))
        } else {
            let mut argument = Object::with_capacity(2);
            argument.set("StackName", Expr::text(self.names.stack_name(there).to_owned()));
            argument.set("OutputName", Expr::text(output));
            match other {
                Some(region) => argument.set("Region", Expr::text(region)),
                None if other_region => {
                    let message = format!("the region of `{}` is not known here", self.graph.path(there));
                    let help = "give the stage a region, so that a stack in another one can find it";
                    self.report(node, Diagnostic::error(&code::REGION_UNREACHABLE, message).help(help));
                }
                _ => {}
            }
            Expr::call("Fn::GetStackOutput", Expr::Map(argument))
        };
        if is_list { list_call("Fn::Split", call) } else { call }
    }

    /// True where the value is a list, which an output can only carry as text.
    fn answers_list(&mut self, kind: &Target, attribute: Option<&str>) -> bool {
        match (kind, attribute) {
            (Target::Resource(type_name, _), Some(name)) => {
                self.facts.resource_type(type_name).is_some_and(|facts| {
                    let attribute = facts.attributes.iter().find(|attribute| attribute.name == name);
                    attribute.is_some_and(|attribute| matches!(attribute.ty, Type::List(_)))
                })
            }
            // Such as `List<Number>`, `CommaDelimitedList` and `AWS::SSM::Parameter::Value<List<String>>`.
            (Target::Parameter(type_name), None) => {
                type_name.contains("List<") || type_name.contains("DelimitedList")
            }
            _ => false,
        }
    }
}

/// Something is used that is not in the app.
pub(in crate::phase) fn foreign() -> Diagnostic {
    Diagnostic::error(&code::DANGLING_REFERENCE, "a value is used whose resource is not in this app")
        .help("use handles only in the app that made them; name what exists already by its id or ARN")
}

/// Stands for a value that could not be had, so that the checks that follow find nothing wrong with it again.
fn unknown() -> Expr {
    Expr::call("Fn::ImportValue", Expr::text("unknown"))
}

fn list_call(function: &'static str, value: Expr) -> Expr {
    Expr::call(function, Expr::List(vec![Expr::text(","), value]))
}
