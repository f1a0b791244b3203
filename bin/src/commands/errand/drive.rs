//! Waits until an operation of the engine has come to its end, and meanwhile shows what it tells, answers what it asks, and passes on Ctrl-C.

use std::{collections::VecDeque, future::Future, pin::pin, time::Duration};

use tokio::{
    sync::{mpsc::UnboundedReceiver, oneshot},
    time::{Instant, MissedTickBehavior, interval},
};

use super::{
    answers::{Answers, Decision},
    lines::Lines,
    signals::Signals,
};
use crate::{
    deploy::{Interrupter, Progress, Question},
    render::{Screen, is_agreement},
};

/// How often times and bars on the screen move by themselves.
const TICK: Duration = Duration::from_millis(500);

/// Waits for it, and answers what it ends with.
pub(super) async fn drive<T>(
    work: impl Future<Output = T>,
    events: &mut UnboundedReceiver<Progress>,
    screen: &mut Screen<'_, '_>,
    answers: &mut Answers,
    interrupter: &Interrupter,
) -> T {
    let driver = Driver { screen, answers, asked: None, held: VecDeque::new(), began: Instant::now() };
    driver.run(work, events, interrupter, Lines::default()).await
}

struct Driver<'d, 'r, 'a> {
    screen: &'d mut Screen<'r, 'a>,
    answers: &'d mut Answers,
    /// What somebody is being asked.
    asked: Option<Asked>,
    /// What was told meanwhile: it would be printed over the question.
    held: VecDeque<Progress>,
    began: Instant,
}

type Asked = (Question, oneshot::Sender<bool>);

impl Driver<'_, '_, '_> {
    async fn run<T>(
        mut self,
        work: impl Future<Output = T>,
        events: &mut UnboundedReceiver<Progress>,
        interrupter: &Interrupter,
        mut lines: Lines,
    ) -> T {
        let mut work = pin!(work);
        let mut signals = Signals::new();
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let result = loop {
            tokio::select! {
                biased;
                () = signals.next() => {
                    self.interrupted();
                    interrupter.interrupt();
                }
                Some(event) = events.recv() => {
                    if self.asked.is_some() {
                        self.held.push_back(event);
                    } else {
                        self.take(event, &mut lines);
                    }
                }
                line = lines.next(), if self.asked.is_some() => self.answer(line, &mut lines),
                result = &mut work => break result,
                _ = ticks.tick() => {
                    self.forget_question(&mut lines);
                    self.screen.tick(self.began.elapsed());
                }
            }
        };
        self.asked = None;
        self.screen.answered();
        while let Ok(event) = events.try_recv() {
            self.held.push_back(event);
        }
        for event in self.held.drain(..).filter(|event| !matches!(event, Progress::Question { .. })) {
            self.screen.show(&event, self.began.elapsed());
        }
        self.screen.clear(self.began.elapsed());
        result
    }

    fn take(&mut self, event: Progress, lines: &mut Lines) {
        let now = self.began.elapsed();
        let (question, answer) = match event {
            Progress::Question { question, answer } => (question, answer),
            event => return self.screen.show(&event, now),
        };
        if answer.is_closed() {
            return;
        }
        match self.answers.decide(&question) {
            Decision::Say(yes) => {
                let _ = answer.send(yes);
            }
            // Nobody answers here.
            Decision::Leave => drop(answer),
            Decision::Ask => {
                lines.forget();
                self.screen.ask(&question, now);
                self.asked = Some((question, answer));
            }
        }
    }

    /// Passes an answer on, and catches up with what was held.
    fn answer(&mut self, line: Option<String>, lines: &mut Lines) {
        if let Some((question, answer)) = self.asked.take() {
            let is_agreed = line.as_ref().is_some_and(|line| is_agreement(&question, line));
            if let (Question::Proceed { name: Some(name), .. }, Some(_), false) =
                (&question, &line, is_agreed)
            {
                self.screen.answered();
                self.screen.say(&format!("that is not `{name}`"), self.began.elapsed());
            }
            let _ = answer.send(is_agreed);
        }
        self.catch_up(lines);
    }

    fn catch_up(&mut self, lines: &mut Lines) {
        self.screen.answered();
        while self.asked.is_none() {
            let Some(event) = self.held.pop_front() else { return };
            self.take(event, lines);
        }
    }

    /// Puts a question back: what is asked about the interrupt comes first.
    fn interrupted(&mut self) {
        let now = self.began.elapsed();
        if let Some((question, answer)) = self.asked.take() {
            self.held.push_back(Progress::Question { question, answer });
        }
        self.screen.say("interrupted", now);
    }

    /// Drops a question that nobody waits for any more.
    fn forget_question(&mut self, lines: &mut Lines) {
        if self.asked.as_ref().is_some_and(|(_, answer)| answer.is_closed()) {
            self.asked = None;
            self.catch_up(lines);
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::unbounded_channel;

    use super::*;
    use crate::{
        Surroundings,
        cli::{Colour, Errand, Format, Output, Verb},
        deploy::{Interrupts, Teller},
        render::{Render, Shape},
    };

    fn proceed() -> Question {
        Question::Proceed { summary: "update 1 stack".to_owned(), name: None }
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_types_another_name_hears_so() {
        let prod =
            || Question::Proceed { summary: "update 1 stack".to_owned(), name: Some("prod".to_owned()) };
        let (said, shown) = asked_about(prod, &["prodd", "yes", "prod"]).await;
        assert_eq!(said, [false, false, true]);
        assert_eq!(shown.matches("that is not `prod`\n").count(), 2, "{shown}");
    }

    /// Asks twice with a note between, of somebody who types these lines.
    async fn asked(lines: &[&str]) -> (Vec<bool>, String) {
        asked_about(proceed, lines).await
    }

    async fn asked_about(question: impl Fn() -> Question, lines: &[&str]) -> (Vec<bool>, String) {
        let around = Surroundings { is_attended: true, ..Surroundings::default() };
        let errand = Errand {
            verb: Verb::Outputs,
            assembly: None,
            stacks: Vec::new(),
            yes: None,
            access: Default::default(),
        };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let output = Output { format: Format::Text, quiet: false, color: Colour::Never };
        let mut render = Render::new(&mut out, &mut err, &around, output);
        let mut screen = Screen::new(&mut render, "deploy", Vec::new(), Shape::Stream);
        let mut answers = Answers::new(&errand, &around);
        let (teller, mut events) = Teller::channel();
        let (interrupter, _interrupts) = Interrupts::new();
        let (typing, typed) = unbounded_channel();
        let work = async {
            let note = |text: &str| {
                let (stack, path, text) = ("Shop".to_owned(), "Shop/Api".to_owned(), text.to_owned());
                teller.tell(Progress::Note { stack, path, text });
            };
            let mut said = Vec::new();
            for line in lines {
                // Typed once the question stands there, and told while it does.
                let type_it = async {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    note("told meanwhile");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    typing.send((*line).to_owned()).expect("is heard");
                };
                let (answer, ()) = tokio::join!(teller.ask(question()), type_it);
                said.push(answer);
            }
            said
        };
        let driver = Driver {
            screen: &mut screen,
            answers: &mut answers,
            asked: None,
            held: VecDeque::new(),
            began: Instant::now(),
        };
        let said = driver.run(work, &mut events, &interrupter, typed.into()).await;
        (said, String::from_utf8(err).expect("is UTF-8"))
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_typed_answers_and_nothing_is_printed_over_the_question() {
        let (said, shown) = asked(&["yes", "no"]).await;
        assert_eq!(said, [true, false]);
        let (asks, notes) = (shown.matches("type `yes`").count(), shown.matches("told meanwhile").count());
        assert_eq!((asks, notes), (2, 2), "{shown}");
        assert!(!shown.contains("that is not"), "{shown}");
        let question = shown.find("to go on: ").expect("is asked") + "to go on: ".len();
        assert!(shown[question..].starts_with("Shop/Api"), "the note comes after the answer: {shown}");
    }
}
