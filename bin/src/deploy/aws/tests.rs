//! The clients against a server that misbehaves as services, networks and proxies do.

mod call;
mod faults;
mod formation;
mod multipart;
mod server;
mod storage;

use std::time::Duration;

use self::server::{Reply, Server};
use super::{Aws, Connection, LocalServer, retry::Patience};
use crate::deploy::cloud::ObjectAt;

const ACCOUNT: &str = "123456789012";

/// Asks a server, four times at most and without long pauses.
async fn aws(server: &Server) -> Aws {
    at(&server.endpoint).await
}

async fn at(endpoint: &str) -> Aws {
    let connection = Connection {
        region: Some("eu-west-1".into()),
        local: Some(LocalServer { endpoint: endpoint.into(), account: ACCOUNT.into() }),
        ..Connection::default()
    };
    let patience = Patience {
        attempts: Some(4),
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(2),
        connect: Duration::from_secs(10),
        read: Duration::from_secs(10),
    };
    Aws::connect_with(&connection, &patience).await.unwrap()
}

fn object() -> ObjectAt {
    ObjectAt { bucket: "shop-assets".into(), owner: ACCOUNT.into(), key: "a b/ü.txt".into() }
}

/// An error of CloudFormation.
fn refusal(status: u16, code: &str, message: &str) -> Reply {
    let body = format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
    );
    Reply::Answer(status, body)
}

/// An answer of CloudFormation.
fn answered(operation: &str, content: &str) -> Reply {
    let body = format!(
        "<{operation}Response><{operation}Result>{content}</{operation}Result></{operation}Response>"
    );
    Reply::Answer(200, body)
}
