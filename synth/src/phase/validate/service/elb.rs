//! Load balancers: what listeners, actions and target groups need.

use super::{Checker, Fields, Step};

/// The kinds of action, and what each needs one of.
const ACTIONS: [(&str, &[&str]); 6] = [
    ("forward", &["TargetGroupArn", "ForwardConfig"]),
    ("redirect", &["RedirectConfig"]),
    ("fixed-response", &["FixedResponseConfig"]),
    ("authenticate-oidc", &["AuthenticateOidcConfig"]),
    ("authenticate-cognito", &["AuthenticateCognitoConfig"]),
    ("jwt-validation", &["JwtValidationConfig"]),
];

impl<'t> Checker<'t, '_> {
    /// Checks a load balancer.
    pub(super) fn load_balancer(&mut self, balancer: Fields<'t>) {
        let application = balancer.text("Type").map_or(balancer.lacks("Type"), |kind| kind == "application");
        for name in ["Subnets", "SubnetMappings"] {
            if let Some(subnets) = balancer.list(name).filter(|subnets| subnets.len() == 1 && application)
                // One list parameter may stand for many.
                && !subnets[0].is_intrinsic()
            {
                self.disagree_at(
                    &[Step::Key(name)],
                    "an application load balancer has one subnet",
                    "name subnets of two zones at least",
                );
            }
        }
    }

    /// Checks a listener.
    pub(super) fn listener(&mut self, listener: Fields<'t>) {
        match listener.text("Protocol").as_deref() {
            Some(protocol @ ("HTTPS" | "TLS")) if listener.lacks("Certificates") => {
                self.disagree(
                    format!("a listener for `{protocol}` has no certificate"),
                    "set `Certificates`",
                );
            }
            Some(protocol @ ("HTTP" | "TCP" | "UDP" | "TCP_UDP")) => {
                for name in ["Certificates", "SslPolicy"] {
                    if listener.has(name) {
                        self.disagree(
                            format!("`{name}` is set, and `{protocol}` is not encrypted"),
                            format!("remove `{name}`, or listen for `HTTPS` or `TLS`"),
                        );
                    }
                }
            }
            _ => {}
        }
        self.listener_actions(listener, "DefaultActions");
    }

    /// Checks the actions of a listener or of a rule.
    pub(super) fn listener_actions(&mut self, holder: Fields<'t>, name: &'static str) {
        for (index, action) in holder.objects(name) {
            let Some(kind) = action.text("Type") else { continue };
            let Some((_, needs)) = ACTIONS.iter().find(|(known, _)| *known == kind) else { continue };
            if needs.iter().all(|need| action.lacks(need)) {
                self.disagree_at(
                    &[Step::Key(name), Step::Item(index)],
                    format!("an action of type `{kind}` has no `{}`", needs[0]),
                    format!("set `{}`", needs[0]),
                );
            }
        }
    }

    /// Checks a target group.
    pub(super) fn target_group(&mut self, group: Fields<'t>) {
        let kind = match group.text("TargetType") {
            Some(kind) => kind,
            None if group.lacks("TargetType") => "instance".to_owned(),
            None => return,
        };
        for name in ["Port", "Protocol", "VpcId"] {
            if kind == "lambda" && group.has(name) {
                self.disagree(
                    format!("`{name}` is set, and the target is a function"),
                    format!("remove `{name}`"),
                );
            } else if ["instance", "ip", "alb"].contains(&&*kind) && group.lacks(name) {
                self.disagree(format!("targets of type `{kind}` need `{name}`"), format!("set `{name}`"));
            }
        }
    }
}
