//! Who is told when something is wrong, and where it is written what to do then.
//!
//! Makes one `AWS::SNS::Topic` with an `AWS::SNS::TopicPolicy`, an `AWS::SNS::Subscription` for each subscriber, and the [`Key`](crate::Key) that
//! encrypts the topic.
//!
//! Defaults: encrypted with a key of its own, because alarms cannot publish to a topic under the key of SNS; only
//! alarms of this account may publish, and only with TLS; nobody subscribes.

use formwork_assembly::SortedSet;
use formwork_cfn::{kind, sns};
use formwork_synth::{Attr, Construct, Scope, Str};

use crate::{
    Key,
    each::hyphenated,
    identity::{Statement, policy_document},
};

/// The service that publishes.
const ALARMS: &str = "cloudwatch.amazonaws.com";

/// Whoever is on call for a part of the app.
///
/// ```
/// # use formwork_constructs::OnCall;
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// let on_call = shop.add(
///     "OnCall",
///     OnCall::new("shop team", "https://wiki.example.com/runbooks").email("shop@example.com"),
/// );
/// ```
///
/// See <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct OnCall {
    owner: Str,
    runbooks: Str,
    subscribers: SortedSet<(&'static str, Str)>,
}

/// Whoever is on call, to give to alarms.
#[derive(Clone, Debug)]
pub struct OnCallRef {
    /// The topic that alarms publish to.
    pub topic: Attr<kind::SnsTopicArn>,
    /// Who owns what the alarms are about.
    pub owner: Str,
    /// The address under which the runbooks are.
    pub runbooks: Str,
    /// The topic itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<sns::TopicRef>,
}

impl OnCall {
    /// A team or person, and the address of the runbooks: each alarm links to the page there that is called like it.
    pub fn new(owner: impl Into<Str>, runbooks: impl Into<Str>) -> Self {
        Self { owner: owner.into(), runbooks: runbooks.into(), subscribers: SortedSet::new() }
    }

    /// Sends an e-mail. Nothing comes before its reader has confirmed the subscription.
    pub fn email(mut self, address: impl Into<Str>) -> Self {
        self.subscribers.insert(("email", address.into()));
        self
    }

    /// Calls an address of a paging service. Whoever reads the template sees it: name none that holds a key.
    pub fn webhook(mut self, address: impl Into<Str>) -> Self {
        self.subscribers.insert(("https", address.into()));
        self
    }
}

impl OnCallRef {
    /// A topic that exists already and lets alarms publish, with its owner and the address of the runbooks.
    pub fn existing(topic_arn: impl Into<Str>, owner: impl Into<Str>, runbooks: impl Into<Str>) -> Self {
        Self {
            topic: Attr::existing(topic_arn),
            owner: owner.into(),
            runbooks: runbooks.into(),
            resource: None,
        }
    }
}

impl Construct for OnCall {
    type Handle = OnCallRef;

    fn build(self, scope: &mut Scope<'_>) -> OnCallRef {
        let key = Key::new(format!("encrypts what {} is told", self.owner)).allow_service(ALARMS);
        let key = scope.add("Key", key);
        let topic = sns::Topic::new().display_name(self.owner.clone()).kms_master_key_id(&key.arn);
        let topic = scope.in_place(topic);
        let policy = policy_document([
            Statement::allow_service(ALARMS, ["sns:Publish"]).on(&topic).for_this_account(),
            Statement::deny_without_tls("sns:Publish").on(&topic),
        ]);
        scope.add("Policy", sns::TopicPolicy::new().topics([&topic]).policy_document(policy));
        for (protocol, endpoint) in self.subscribers {
            let subscription =
                sns::Subscription::new().topic_arn(&topic).protocol(protocol).endpoint(endpoint.clone());
            scope.add(subscription_id(protocol, &endpoint), subscription);
        }
        let (owner, runbooks) = (self.owner, self.runbooks);
        OnCallRef { topic: topic.reference(), owner, runbooks, resource: Some(topic) }
    }
}

/// The start of the address in letters and digits, so that the order of subscribers changes nothing.
fn subscription_id(protocol: &str, endpoint: &str) -> String {
    let mut plain = hyphenated(endpoint);
    plain.truncate(80);
    format!("{protocol}-{}", plain.trim_matches('-'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::snapshot;

    #[test]
    fn on_call() {
        snapshot("on_call", |shop| {
            let on_call = OnCall::new("shop team", "https://wiki.example.com/runbooks");
            shop.add("OnCall", on_call.email("shop@example.com").webhook("https://pages.example.com/shop"));
        });
    }
}
