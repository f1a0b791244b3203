//! A queue as others see it: built here, built in another stack, or there already.

use formwork_cfn::{kind, sqs};
use formwork_synth::{Attr, Grant, IntoValue, Str, intrinsic, sub};

use super::{FIFO, arn_of};
use crate::{Alarm, Graph, KeyRef, Metric, MissingData, Observe, Severity, Statistic};

/// A queue of the app, or one that exists already.
#[derive(Clone, Debug)]
pub struct QueueRef {
    /// Its name.
    pub name: Attr<kind::SqsQueueName>,
    /// Its URL: what a program is told to send to, or to receive from.
    pub url: Attr<kind::SqsQueueUrl>,
    /// Its ARN.
    pub arn: Attr<kind::SqsQueueArn>,
    /// Where the messages go that nobody could handle; nothing where there is no such queue, or where this one exists already.
    pub dead_letters: Option<Box<QueueRef>>,
    /// The resource itself, to change what no option says; nothing for one that exists already.
    pub resource: Option<sqs::QueueRef>,
    pub(super) key: Option<KeyRef>,
    pub(super) is_fifo: bool,
    /// For how many seconds a message is hidden, where that is known.
    pub(crate) hidden: Option<u32>,
}

impl QueueRef {
    /// A queue of this account and region that exists already, by its name.
    ///
    /// ```
    /// use formwork_constructs::QueueRef;
    /// let grant = QueueRef::existing("orders").with_visibility_timeout(120).consume();
    /// ```
    pub fn existing(name: impl Into<Str>) -> Self {
        let name = name.into();
        let (region, suffix, account) =
            (intrinsic::region(), intrinsic::url_suffix(), intrinsic::account_id());
        let url = sub!("https://sqs.{}.{}/{}/{}", region, suffix, account, name.as_ref());
        Self {
            url: Attr::from_expr(IntoValue::<String>::into_expr(url)),
            arn: Attr::from_expr(arn_of(&name)),
            is_fifo: name.ends_with(FIFO),
            name: Attr::existing(name),
            dead_letters: None,
            resource: None,
            key: None,
            hidden: None,
        }
    }

    /// Says for how many seconds a queue that exists already hides a message, so that who receives from it can be held against that.
    #[must_use]
    pub fn with_visibility_timeout(mut self, seconds: u32) -> Self {
        self.hidden = Some(seconds);
        self
    }

    /// Names the key of your own that a queue which exists already is encrypted with.
    #[must_use]
    pub fn with_key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Permission to send messages, and not to receive any.
    pub fn send(&self) -> Grant {
        let send = self.allow(["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]);
        send.and(self.key.as_ref().map(KeyRef::encrypt_decrypt).unwrap_or_default())
    }

    /// Permission to receive messages, to hide them for longer, and to delete what was handled.
    pub fn consume(&self) -> Grant {
        let consume = self.allow([
            "sqs:ChangeMessageVisibility",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:GetQueueUrl",
            "sqs:ReceiveMessage",
        ]);
        consume.and(self.key.as_ref().map(KeyRef::decrypt).unwrap_or_default())
    }

    /// Permission to throw all messages away at once.
    pub fn purge(&self) -> Grant {
        self.allow(["sqs:PurgeQueue"])
    }

    /// Permission to move the dead letters back to the queue. Nothing where it has none.
    pub fn redrive(&self) -> Grant {
        let Some(dead) = &self.dead_letters else { return Grant::default() };
        let take =
            dead.allow(["sqs:CancelMessageMoveTask", "sqs:ListMessageMoveTasks", "sqs:StartMessageMoveTask"]);
        take.and(dead.consume()).and(self.send())
    }

    fn allow<const N: usize>(&self, actions: [&'static str; N]) -> Grant {
        Grant::allow(actions, [&self.arn])
    }

    fn metric(&self, name: &'static str, statistic: Statistic) -> Metric {
        Metric::new("AWS/SQS", name, statistic).dimension("QueueName", &self.name)
    }

    /// A message that waits for long is one that somebody waits for.
    pub(crate) fn waits_longer_than(&self, seconds: u32) -> Alarm {
        let age = self.metric("ApproximateAgeOfOldestMessage", Statistic::Maximum);
        let summary = format!("messages wait for more than {seconds} seconds");
        Alarm::above(age, seconds, summary).severity(Severity::Page).missing_data(MissingData::Good)
    }

    /// A dead letter is work that was not done, and will not be until somebody looks.
    pub(crate) fn holds_dead_letters(&self) -> Alarm {
        self.holds_any("there are messages that nobody could handle")
    }

    /// Any message is one too many.
    pub(crate) fn holds_any(&self, summary: &'static str) -> Alarm {
        let depth = self.metric("ApproximateNumberOfMessagesVisible", Statistic::Maximum);
        Alarm::above(depth, 0, summary).periods(1).missing_data(MissingData::Good)
    }
}

impl Observe for QueueRef {
    fn graphs(&self) -> Vec<Graph> {
        let age = self.metric("ApproximateAgeOfOldestMessage", Statistic::Maximum);
        let age = Graph::new("age of the oldest message").metric(age.label("seconds"));
        let mut depth = Graph::new("messages")
            .metric(self.metric("ApproximateNumberOfMessagesVisible", Statistic::Maximum).label("waiting"))
            .metric(
                self.metric("ApproximateNumberOfMessagesNotVisible", Statistic::Maximum).label("in work"),
            );
        if let Some(dead) = &self.dead_letters {
            let dead = dead.metric("ApproximateNumberOfMessagesVisible", Statistic::Maximum);
            depth = depth.metric(dead.label("dead letters"));
        }
        let traffic = Graph::new("messages a minute")
            .metric(self.metric("NumberOfMessagesSent", Statistic::Sum).label("sent"))
            .metric(self.metric("NumberOfMessagesDeleted", Statistic::Sum).label("handled"));
        vec![age, depth, traffic]
    }
}
