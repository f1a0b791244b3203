//! The server as a process of this one: started, listened to, stopped.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use formwork_assembly::{Diagnostic, code};

use super::{EmulatorSetup, settings::Settings};

/// The program, in one line of JSON, then its settings in another: nothing of it lies around on the disk.
const PROGRAM: &str = include_str!("server.py");

/// What Python is started with.
const RUN: &str =
    "import sys, json; exec(compile(json.loads(sys.stdin.buffer.readline()), 'server.py', 'exec'))";

/// How long it may take to start; half a second is usual.
const START: Duration = Duration::from_secs(90);

/// How long it may take to write what it has, once it was told to stop.
const STOP: Duration = Duration::from_secs(15);

/// How often to look whether it has ended.
const PACE: Duration = Duration::from_millis(10);

/// A server that answers, until it is dropped.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// The server stops when this closes, whatever closes it.
    lifeline: Option<ChildStdin>,
    port: u16,
}

impl Process {
    pub(super) fn start(python: &Path, state: &Path, setup: &EmulatorSetup) -> Result<Self, Diagnostic> {
        let path = state.join("server.log");
        let log = File::create(&path).map_err(|error| failed(python, &error, &path))?;
        let mut child = Command::new(python)
            .args(["-I", "-c", RUN])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .map_err(|error| failed(python, &error, &path))?;
        let lifeline = child.stdin.take();
        let answers = child.stdout.take();
        // From here on it is stopped, whatever happens.
        let mut process = Self { child, lifeline, port: 0 };
        let told = process.lifeline.as_mut().map(|lifeline| tell(lifeline, &Settings::new(setup, state)));
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            let mut line = String::new();
            let _ = answers.map(|answers| BufReader::new(answers).read_line(&mut line));
            let _ = sender.send(line);
        });
        let Ok(line) = receiver.recv_timeout(START) else {
            return Err(failed(python, &format!("it did not answer in {} seconds", START.as_secs()), &path));
        };
        match (line.trim().parse(), told) {
            (Ok(port), _) => process.port = port,
            (_, Some(Err(error))) => return Err(failed(python, &error, &path)),
            _ => return Err(failed(python, &"it ended", &path)),
        }
        Ok(process)
    }

    pub(super) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.lifeline = None;
        let mut waited = Duration::ZERO;
        while waited < STOP {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(PACE);
            waited += PACE;
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn tell(lifeline: &mut ChildStdin, settings: &Settings<'_>) -> std::io::Result<()> {
    let mut text = serde_json::to_vec(PROGRAM)?;
    text.push(b'\n');
    serde_json::to_writer(&mut text, settings)?;
    text.push(b'\n');
    lifeline.write_all(&text)?;
    lifeline.flush()
}

/// With the last lines that it wrote.
fn failed(python: &Path, error: &dyn std::fmt::Display, log: &PathBuf) -> Diagnostic {
    let text = fs::read(log).unwrap_or_default();
    let message = format!("the local server does not start with `{}`: {error}", python.display());
    let message = match super::environment::last_lines(&text) {
        lines if lines.is_empty() => message,
        lines => format!("{message}\n{lines}"),
    };
    Diagnostic::error(&code::LOCAL_DIED, message).help(format!(
        "`{}` has all that it said; `--local URL` uses a server that you started yourself",
        log.display()
    ))
}
