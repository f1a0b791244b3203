//! How far builds and pushes of images are, by what the programs say: Docker with BuildKit and without, Podman, nerdctl and Finch.
//!
//! Whatever else they say, and however they will say it one day, is passed over: then nothing is known of how far it is.

use std::collections::{BTreeMap, BTreeSet};

/// No build or image has more parts than this.
const MOST: usize = 1000;

/// The steps of a build.
#[derive(Debug, Default)]
pub(super) struct BuildSteps {
    stages: BTreeMap<String, Stage>,
    /// What BuildKit works on, by its number: the stage, until it is done.
    running: BTreeMap<u32, String>,
    /// The numbers of what is done.
    over: BTreeSet<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stage {
    done: usize,
    of: usize,
}

impl BuildSteps {
    /// Takes a line in. Answers how many steps of how many are done, where it says something about that.
    pub(super) fn take(&mut self, line: &str) -> Option<(usize, usize)> {
        match line.strip_prefix('#').and_then(|line| line.split_once(' ')) {
            Some((number, rest)) => self.build_kit(number.parse().ok()?, rest)?,
            None => self.in_order(line)?,
        }
        let add = |sum: Stage, one: &Stage| Stage { done: sum.done + one.done, of: sum.of + one.of };
        let all = self.stages.values().fold(Stage::default(), add);
        Some((all.done, all.of))
    }

    /// `#7 [builder 2/5] RUN …`, later `#7 DONE 0.3s` or `#7 CACHED`.
    fn build_kit(&mut self, number: u32, rest: &str) -> Option<()> {
        if rest == "CACHED" || rest.starts_with("DONE") {
            let stage = self.stages.get_mut(&self.running.remove(&number)?)?;
            stage.done = (stage.done + 1).min(stage.of);
            self.over.insert(number);
            return Some(());
        }
        let (name, _) = rest.strip_prefix('[')?.split_once(']')?;
        let (stage, step) = name.rsplit_once(' ').unwrap_or(("", name));
        let (_, of) = fraction(step)?;
        if self.over.contains(&number) || self.over.len() + self.running.len() >= MOST {
            return None;
        }
        self.running.insert(number, stage.to_owned());
        self.stages.entry(stage.to_owned()).or_default().of = of;
        Some(())
    }

    /// `STEP 2/5: RUN …`, `[1/2] STEP 2/5: RUN …` or `Step 2/5 : RUN …`, where one follows the other.
    fn in_order(&mut self, line: &str) -> Option<()> {
        let (stage, rest) = match line.strip_prefix('[').and_then(|line| line.split_once("] ")) {
            Some((stage, rest)) => (fraction(stage).map(|_| stage)?, rest),
            None => ("", line),
        };
        let rest = rest.strip_prefix("STEP ").or_else(|| rest.strip_prefix("Step "))?;
        let (step, of) = fraction(rest.split([':', ' ']).next()?)?;
        if self.stages.len() >= MOST {
            return None;
        }
        // Those before it are done.
        self.stages.values_mut().for_each(|stage| stage.done = stage.of);
        self.stages.insert(stage.to_owned(), Stage { done: step - 1, of });
        Some(())
    }
}

/// The layers of an image that is pushed: those that are there.
#[derive(Debug, Default)]
pub(super) struct PushedLayers(BTreeMap<String, bool>);

impl PushedLayers {
    /// Takes a line in. Answers how many layers of how many are there, where it says something about that.
    pub(super) fn take(&mut self, line: &str) -> Option<(usize, usize)> {
        // Podman says of a layer that it comes, and of what follows all layers.
        if line.starts_with("Copying config ") {
            self.0.values_mut().for_each(|is_there| *is_there = true);
        } else {
            let (layer, is_there) = podman(line).or_else(|| docker(line))?;
            if self.0.len() >= MOST {
                return None;
            }
            let known = self.0.entry(layer.to_owned()).or_default();
            *known |= is_there;
        }
        Some((self.0.values().filter(|is_there| **is_there).count(), self.0.len()))
    }
}

/// `Copying blob sha256:ab12… skipped: already exists`
fn podman(line: &str) -> Option<(&str, bool)> {
    let mut words = line.strip_prefix("Copying blob ")?.split_whitespace();
    let layer = words.next()?;
    let layer = layer.strip_prefix("sha256:").unwrap_or(layer);
    let is_there = words.next().is_some_and(|word| word == "done" || word.starts_with("skipped"));
    is_digest(layer).then_some((layer, is_there))
}

/// `ab12…: Layer already exists`, or `layer-sha256:ab12…: done` of nerdctl.
fn docker(line: &str) -> Option<(&str, bool)> {
    const THERE: [&str; 6] = ["Pushed", "Layer already exists", "Mounted from", "Skipped", "done", "exists"];
    const UNDER_WAY: [&str; 6] = ["Preparing", "Waiting", "Pushing", "Retrying", "waiting", "uploading"];
    let (layer, state) = line.split_once(": ")?;
    let layer = layer.strip_prefix("layer-sha256:").unwrap_or(layer);
    let begins = |words: &[&str]| words.iter().any(|word| state.trim_start().starts_with(word));
    let is_known = is_digest(layer) && (begins(&THERE) || begins(&UNDER_WAY));
    is_known.then(|| (layer, begins(&THERE)))
}

fn is_digest(text: &str) -> bool {
    (12..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The parts of `2/5`, where it makes sense.
fn fraction(text: &str) -> Option<(usize, usize)> {
    let (part, of) = text.split_once('/')?;
    let (part, of) = (part.trim().parse().ok()?, of.trim().parse().ok()?);
    (1 <= part && part <= of && of <= MOST).then_some((part, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(said: &str) -> Vec<(usize, usize)> {
        let mut steps = BuildSteps::default();
        said.lines().filter_map(|line| steps.take(line)).collect()
    }

    fn pushed(said: &str) -> Vec<(usize, usize)> {
        let mut layers = PushedLayers::default();
        said.lines().filter_map(|line| layers.take(line)).collect()
    }

    #[test]
    fn steps_of_buildkit_are_done_in_any_order() {
        let said = "#0 building with \"default\" instance using docker driver\n\
            #1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 312B done\n#1 DONE 0.0s\n\
            #5 [builder 1/3] FROM docker.io/library/rust:1\n#6 [stage-1 1/2] FROM docker.io/library/debian:12\n\
            #6 CACHED\n#7 [builder 2/3] COPY . .\n#5 DONE 1.0s\n#5 DONE 1.1s\n#7 [builder 2/3] COPY . .\n#7 0.123 hello [9/9]\n\
            #7 DONE 0.2s\n#8 exporting to image\n#8 DONE 0.1s\n";
        assert_eq!(built(said), [(0, 3), (0, 5), (1, 5), (1, 5), (2, 5), (2, 5), (3, 5)]);
    }

    #[test]
    fn steps_in_order_are_done_once_the_next_begins() {
        let podman = "[1/2] STEP 1/2: FROM rust AS builder\n[1/2] STEP 2/2: RUN make\n--> 3f1\n[2/2] STEP 1/1: FROM scratch\n";
        assert_eq!(built(podman), [(0, 2), (1, 2), (2, 3)]);
        let docker = "Sending build context to Docker daemon  2.0kB\nStep 1/2 : FROM scratch\n ---> 123\nStep 2/2 : COPY a /\n";
        assert_eq!(built(docker), [(0, 2), (1, 2)]);
    }

    #[test]
    fn layers_are_counted_whoever_pushes_them() {
        let docker = "The push refers to repository [111122223333.dkr.ecr.eu-west-1.amazonaws.com/formwork-assets]\n\
            aaaaaaaaaaaa: Preparing\nbbbbbbbbbbbb: Preparing\naaaaaaaaaaaa: Layer already exists\nbbbbbbbbbbbb: Pushed\n\
            cafecafecafe: digest: sha256:0123456789ab size: 528\n";
        assert_eq!(pushed(docker), [(0, 1), (0, 2), (1, 2), (2, 2)]);
        let podman = "Getting image source signatures\nCopying blob sha256:aaaaaaaaaaaa\n\
            Copying blob bbbbbbbbbbbb skipped: already exists\nCopying config cafecafecafe done\nWriting manifest to image destination\n";
        assert_eq!(pushed(podman), [(0, 1), (1, 2), (2, 2)]);
        let nerdctl = "manifest-sha256:aaaaaaaaaaaa: waiting |---|\nlayer-sha256:bbbbbbbbbbbb: waiting |---|\n\
            layer-sha256:bbbbbbbbbbbb:    done           |+++|\n";
        assert_eq!(pushed(nerdctl), [(0, 1), (1, 1)]);
    }

    #[test]
    fn what_nobody_says_is_passed_over() {
        for line in [
            "",
            "#",
            "# ",
            "#x [1/2]",
            "#1",
            "#1 [",
            "#1 [2/1] RUN",
            "#1 [0/0]",
            "#1 [1/99999999999]",
            "#9 DONE",
            "#99999999999 [1/2] RUN",
            "STEP",
            "STEP x/y: RUN",
            "[STEP 1/2: RUN",
            "\u{1b}[2J#1 [1/2] RUN",
            "é: Pushed",
            "Copying blob ",
            "Copying blob ../..",
            ": Pushed",
            "aaaaaaaaaaaa: \u{1b}[2JPushed",
        ] {
            assert_eq!(
                (BuildSteps::default().take(line), PushedLayers::default().take(line)),
                (None, None),
                "{line}"
            );
        }
        // However much there is of it.
        let (mut steps, mut layers) = (BuildSteps::default(), PushedLayers::default());
        for number in 0..MOST + 10 {
            steps.take(&format!("#{number} [s{number} 1/9] RUN"));
            layers.take(&format!("{number:012}: Waiting"));
        }
        assert_eq!((steps.stages.len(), layers.0.len()), (MOST, MOST));
    }
}
