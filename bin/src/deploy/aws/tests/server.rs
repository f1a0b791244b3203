//! A server that answers what it is told to, once each, and remembers what it was asked.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// What comes back.
pub(super) enum Reply {
    /// A status and a body.
    Answer(u16, String),
    /// The same, with a header.
    Headed(u16, &'static str, String),
    /// Nothing: the connection ends.
    Cut,
    /// The beginning of a long answer, and the connection ends.
    Half,
}

/// A running server. The last reply is repeated for as long as somebody asks.
pub(super) struct Server {
    pub(super) endpoint: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(super) fn new(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let mut replies: VecDeque<Reply> = replies.into_iter().collect();
        let log = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let Some(request) = request(&stream) else { continue };
                log.lock().unwrap().push(request);
                let reply = if replies.len() > 1 { replies.pop_front() } else { None };
                answer(stream, reply.as_ref().unwrap_or_else(|| &replies[0]));
            }
        });
        Self { endpoint, asked }
    }

    /// Each request: its lines, and its body.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn request(mut stream: &TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 65536];
    loop {
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

fn answer(mut stream: TcpStream, reply: &Reply) {
    let _ = match reply {
        Reply::Cut => Ok(()),
        Reply::Half => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n<Half"),
        Reply::Answer(status, body) => stream.write_all(response(*status, "", body).as_bytes()),
        Reply::Headed(status, header, body) => stream.write_all(response(*status, header, body).as_bytes()),
    };
}

fn response(status: u16, header: &str, body: &str) -> String {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    format!(
        "HTTP/1.1 {status} X\r\n{header}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
