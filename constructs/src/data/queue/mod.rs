//! A queue of messages, with a second one for those that nobody could handle.
//!
//! Makes one `AWS::SQS::Queue` with an `AWS::SQS::QueuePolicy`, the same again for its dead letters, and an [`Alarm`](crate::Alarm) each for
//! messages that wait too long and for dead letters.
//!
//! Defaults: encrypted by SQS, or under a key of your own; TLS only; messages are kept for 4 days, and dead letters for 14; a message that was
//! received is hidden from others for 30 seconds, and is a dead letter after 3 receives; receivers wait 20 seconds for a message rather than ask
//! again and again; no queue may send its dead letters here. Kept on deletion in a protected stage.

mod check;
mod handle;
#[cfg(test)]
mod tests;

use formwork_cfn::sqs;
use formwork_synth::{Construct, Expr, IntoValue, ResourceOptions, Scope, Str, Value};

pub use handle::QueueRef;

use crate::{
    KeyRef, arn,
    identity::{Statement, policy_document},
    operations::{Monitoring, monitoring_options},
    protection::keep_if_protected,
};

/// A queue of SQS.
///
/// ```
/// # use formwork_constructs::{Queue, Role};
/// # use formwork_synth::{App, Stage};
/// # let mut app = App::new("shop", &Stage::new("dev"));
/// # let mut shop = app.stack("Shop");
/// # let role = shop.add("Role", Role::for_service("lambda.amazonaws.com"));
/// let orders = shop.add("Orders", Queue::new().visibility_timeout(120).max_receives(5));
/// shop.grant(&role, orders.send());
/// ```
///
/// See <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-types.html>.
#[must_use = "a construct does nothing until it is added to a scope"]
#[derive(Clone, Debug)]
pub struct Queue {
    name: Option<Str>,
    order: Order,
    visibility: Option<u32>,
    keep_days: u32,
    delay: u32,
    dead_letters: DeadLetters,
    receives: u32,
    oldest: u32,
    key: Option<KeyRef>,
    senders: Vec<(Str, Expr)>,
    monitoring: Monitoring,
}

/// Whether messages come in the order in which they were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    is_fifo: bool,
    by_content: bool,
    by_group: bool,
}

#[derive(Clone, Debug)]
enum DeadLetters {
    Own,
    To(QueueRef),
    None(Str),
    /// They are kept here.
    Here,
}

/// A day in seconds.
const DAY: u32 = 24 * 60 * 60;
/// The seconds for which a message is hidden unless the queue says otherwise.
const HIDDEN: u32 = 30;
/// The most seconds that a message can be hidden for.
pub(crate) const LONGEST_HIDDEN: u32 = 12 * 60 * 60;

impl Queue {
    /// A queue whose messages come in any order, and now and then twice.
    pub fn new() -> Self {
        Self {
            name: None,
            order: Order { is_fifo: false, by_content: false, by_group: false },
            visibility: None,
            keep_days: 4,
            delay: 0,
            dead_letters: DeadLetters::Own,
            receives: 3,
            oldest: 15 * 60,
            key: None,
            senders: Vec::new(),
            monitoring: Monitoring::Undecided,
        }
    }

    /// A queue whose messages come once, and in the order in which they were sent within their group. A change between the two replaces the queue.
    pub fn fifo() -> Self {
        let queue = Self::new();
        Self { order: Order { is_fifo: true, ..queue.order }, ..queue }
    }

    /// A queue for the dead letters of several others, or of something else than a queue. Messages are kept for 14 days, and any message is one
    /// too many.
    pub fn for_dead_letters() -> Self {
        Self { keep_days: 14, dead_letters: DeadLetters::Here, ..Self::new() }
    }

    /// Sets the name; a first-in-first-out queue has `.fifo` after it. A change replaces the queue. With a name, no other queue may send its dead
    /// letters to those of this one. Default: made by CloudFormation.
    pub fn name(mut self, name: impl Into<Str>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Takes messages with the same content within five minutes for the same message. Default: senders name an id. First-in-first-out queues only.
    pub fn deduplicate_by_content(mut self) -> Self {
        self.order.by_content = true;
        self
    }

    /// Counts the limits of throughput, and looks for doubled messages, within each group alone. Default: in the whole queue. First-in-first-out
    /// queues only.
    pub fn high_throughput(mut self) -> Self {
        self.order.by_group = true;
        self
    }

    /// Sets for how many seconds a message that was received is hidden from other receivers, up to 43,200. Longer than it takes to handle it.
    /// Default: 30, and what fits the tasks where a [`QueueWorker`](crate::QueueWorker) has the queue.
    pub fn visibility_timeout(mut self, seconds: u32) -> Self {
        self.visibility = Some(seconds);
        self
    }

    /// Sets for how many days a message is kept, 1 to 14. Default: 4, and 14 for dead letters.
    pub fn keep_days(mut self, days: u32) -> Self {
        self.keep_days = days;
        self
    }

    /// Hides each message for so many seconds after it was sent, up to 900. Default: 0.
    pub fn delay(mut self, seconds: u32) -> Self {
        self.delay = seconds;
        self
    }

    /// Sets how often a message is received before it is a dead letter, 1 to 1,000. Default: 3.
    pub fn max_receives(mut self, times: u32) -> Self {
        self.receives = times;
        self
    }

    /// Sends dead letters to a queue that others use too. Default: to one of its own.
    pub fn dead_letters(mut self, queue: &QueueRef) -> Self {
        self.dead_letters = DeadLetters::To(queue.clone());
        self
    }

    /// Goes without dead letters: a message that cannot be handled comes back until its days are over. The reason is written into the template.
    pub fn without_dead_letters(mut self, reason: impl Into<Str>) -> Self {
        self.dead_letters = DeadLetters::None(reason.into());
        self
    }

    /// Sets after how many seconds of waiting a message is a reason for an alarm. Default: 900.
    pub fn longest_wait(mut self, seconds: u32) -> Self {
        self.oldest = seconds;
        self
    }

    /// Encrypts with a key of KMS rather than with SQS's own. Grants of the queue then hold its use too. Default: SQS's own keys.
    pub fn key(mut self, key: &KeyRef) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// Lets a service of AWS send messages for resources whose ARN matches: `events.amazonaws.com` for one rule. With a key of your own, its policy
    /// must let the service use it. Default: only what is granted.
    pub fn allow_service(mut self, service: impl Into<Str>, source_arn: impl IntoValue<String>) -> Self {
        self.senders.push((service.into(), source_arn.into_expr()));
        self
    }

    monitoring_options!(monitoring);

    /// Sets for how long messages are hidden, where nothing else was said.
    pub(crate) fn hidden_for(mut self, seconds: u32) -> Self {
        self.visibility.get_or_insert(seconds);
        self
    }

    /// The queue for the dead letters of this one. Nothing takes messages from it that has to be told how long to hide them.
    fn own_dead_letters(&self) -> Self {
        Self {
            name: self.name.as_ref().map(|name| format!("{name}{DEAD}").into()),
            order: self.order,
            key: self.key.clone(),
            ..Self::for_dead_letters()
        }
    }

    /// Adds the queues without their alarms.
    pub(crate) fn build_unwatched(self, scope: &mut Scope<'_>) -> QueueRef {
        self.check(scope);
        let source = self.name.as_ref().map(|name| arn_of(&self.full_name(name)));
        let dead_letters = match &self.dead_letters {
            DeadLetters::Own => {
                let dead = self.own_dead_letters();
                Some(dead.build_one(&mut scope.group("DeadLetters"), None, source))
            }
            DeadLetters::To(queue) => Some(queue.clone()),
            DeadLetters::None(_) | DeadLetters::Here => None,
        };
        self.build_one(scope, dead_letters, None)
    }

    /// Adds one queue. The source is the one whose dead letters it takes, as far as its ARN is known beforehand: a reference to it would be a
    /// circle.
    fn build_one(
        self,
        scope: &mut Scope<'_>,
        dead_letters: Option<QueueRef>,
        source: Option<Expr>,
    ) -> QueueRef {
        let mut queue = sqs::Queue::new()
            .message_retention_period(self.keep_days.saturating_mul(DAY))
            .receive_message_wait_time_seconds(20)
            .visibility_timeout(self.visibility.unwrap_or(HIDDEN));
        queue = match &self.key {
            // One data key for five minutes of messages, or KMS is asked, and paid, for each.
            Some(key) => queue.kms_master_key_id(&key.arn).kms_data_key_reuse_period_seconds(300),
            None => queue.sqs_managed_sse_enabled(true),
        };
        if let Some(name) = &self.name {
            queue = queue.queue_name(self.full_name(name));
        }
        if self.order.is_fifo {
            queue = queue.fifo_queue(true).content_based_deduplication(self.order.by_content);
        }
        if self.order.by_group {
            queue = queue.deduplication_scope("messageGroup").fifo_throughput_limit("perMessageGroupId");
        }
        if self.delay > 0 {
            queue = queue.delay_seconds(self.delay);
        }
        if let Some(dead) = &dead_letters {
            let policy = Expr::map([
                ("deadLetterTargetArn", IntoValue::<String>::into_expr(&dead.arn)),
                ("maxReceiveCount", Expr::Number(self.receives.into())),
            ]);
            queue = queue.redrive_policy(Value::from_expr(policy));
        }
        let permission = |word: &'static str| ("redrivePermission", Expr::text(word));
        let allowed = match (source, &self.dead_letters) {
            (Some(source), _) => {
                Some(Expr::map([permission("byQueue"), ("sourceQueueArns", Expr::List(vec![source]))]))
            }
            // Any queue of the account: the one that sends its dead letters here has no name yet.
            (None, DeadLetters::Here) => None,
            (None, _) => Some(Expr::map([permission("denyAll")])),
        };
        if let Some(allowed) = allowed {
            queue = queue.redrive_allow_policy(Value::from_expr(allowed));
        }
        if let DeadLetters::None(reason) = &self.dead_letters {
            queue = queue.metadata("formwork:accepted", vec![format!("no dead letters: {reason}")]);
        }
        let queue = self.monitoring.note(queue);
        let resource = scope.in_place(keep_if_protected(scope, queue));
        let mut statements = vec![Statement::deny_without_tls("sqs:*").on(resource.arn())];
        for (service, source) in self.senders {
            let source = Value::<String>::from_expr(source);
            let sends = Statement::allow_service(service, ["sqs:SendMessage"]).on(resource.arn());
            statements.push(sends.for_this_account().when("ArnLike", "aws:SourceArn", source));
        }
        let policy = policy_document(statements);
        let policy = sqs::QueuePolicy::new().policy_document(policy).queues([&resource]);
        scope.add("Policy", keep_if_protected(scope, policy));
        QueueRef {
            name: resource.queue_name(),
            url: resource.reference(),
            arn: resource.arn(),
            dead_letters: dead_letters.map(Box::new),
            resource: Some(resource),
            key: self.key,
            is_fifo: self.order.is_fifo,
            hidden: Some(self.visibility.unwrap_or(HIDDEN)),
        }
    }

    fn full_name(&self, name: &str) -> String {
        format!("{name}{}", if self.order.is_fifo { FIFO } else { "" })
    }
}

/// What AWS wants at the end of the name of a queue that keeps the order.
const FIFO: &str = ".fifo";
/// What follows the name of a queue in that of its dead letters.
const DEAD: &str = "-dead-letters";

/// The ARN of a queue of this account and region.
fn arn_of(name: &str) -> Expr {
    IntoValue::<String>::into_expr(arn::here("sqs", name))
}

impl Default for Queue {
    fn default() -> Self {
        Self::new()
    }
}

impl Construct for Queue {
    type Handle = QueueRef;

    fn build(self, scope: &mut Scope<'_>) -> QueueRef {
        let monitoring = self.monitoring.clone();
        let oldest = self.oldest;
        let has_own = matches!(self.dead_letters, DeadLetters::Own);
        let is_for_dead_letters = matches!(self.dead_letters, DeadLetters::Here);
        let queue = self.build_unwatched(scope);
        monitoring.add(scope, || {
            if is_for_dead_letters {
                return vec![("DeadLetters", queue.holds_dead_letters())];
            }
            let mut alarms = vec![("OldMessages", queue.waits_longer_than(oldest))];
            if let Some(dead) = queue.dead_letters.as_ref().filter(|_| has_own) {
                alarms.push(("DeadLetters", dead.holds_dead_letters()));
            }
            alarms
        });
        queue
    }
}
