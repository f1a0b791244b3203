//! Asks the server without any part of Formwork: a request as plain text, so that what is seen is what is there.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

/// A service, and who asks it where.
pub struct Ask<'a> {
    endpoint: &'a str,
    account: &'a str,
    service: &'static str,
    region: &'static str,
}

impl<'a> Ask<'a> {
    pub fn new(endpoint: &'a str, account: &'a str, service: &'static str) -> Self {
        Self { endpoint, account, service, region: "us-east-1" }
    }

    pub fn region(mut self, region: &'static str) -> Self {
        self.region = region;
        self
    }

    /// An operation of a service that is asked by forms: CloudFormation, SQS. Answers XML.
    pub fn form(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut body = format!("Action={action}");
        for (name, value) in parameters {
            body += &format!("&{name}={}", encode(value));
        }
        self.send("POST", "/", "Content-Type: application/x-www-form-urlencoded\r\n", &body)
    }

    /// An operation of a service that is asked in JSON: ECR.
    pub fn json(&self, target: &str, body: &serde_json::Value) -> String {
        let headers = format!("Content-Type: application/x-amz-json-1.1\r\nX-Amz-Target: {target}\r\n");
        self.send("POST", "/", &headers, &body.to_string())
    }

    /// What is there at a path: an object, or XML.
    pub fn get(&self, path: &str) -> String {
        self.send("GET", path, "", "")
    }

    /// A request with headers of its own, each with its line end.
    pub fn send(&self, method: &str, path: &str, headers: &str, body: &str) -> String {
        let Self { endpoint, account, service, region } = self;
        let host = endpoint.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).expect("listens");
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {}\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential={account}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, \
             Signature=0\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("is read");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("answers");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        answer.split_once("\r\n\r\n").map_or(answer.clone(), |(_, body)| body.to_owned())
    }
}

fn encode(value: &str) -> String {
    let hex = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    value.bytes().map(hex).collect()
}

/// What stands between the first pair of these tags.
pub fn tag<'a>(xml: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    Some(rest.split_once(&format!("</{name}>"))?.0)
}

/// What stands between each pair of these tags.
pub fn tags<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let open = format!("<{name}>");
    let close = format!("</{name}>");
    xml.split(&open).skip(1).filter_map(|rest| Some(rest.split_once(&close)?.0)).collect()
}
