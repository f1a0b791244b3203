//! A server that the user names by its address.

use std::{
    net::{TcpStream, ToSocketAddrs},
    time::Duration,
};

use formwork_assembly::{Diagnostic, code};

/// How long a server on this machine, or near it, may take to accept a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The address without a slash at its end, if something listens there.
pub(super) fn check(endpoint: &str) -> Result<String, Diagnostic> {
    let endpoint = endpoint.trim_end_matches('/');
    let Some((host, port)) = split(endpoint) else {
        return Err(Diagnostic::error(
            &code::LOCAL_ADDRESS,
            format!("`{endpoint}` is no address of a local server"),
        )
        .help("such as `http://127.0.0.1:4566`"));
    };
    if is_aws(host) {
        return Err(Diagnostic::error(&code::LOCAL_ADDRESS, format!("`{endpoint}` is AWS itself"))
            .help("leave out `--local` to deploy to AWS"));
    }
    let reach = || -> std::io::Result<()> {
        let mut error = std::io::ErrorKind::NotFound.into();
        for address in (host, port).to_socket_addrs()? {
            match TcpStream::connect_timeout(&address, PATIENCE) {
                Ok(_) => return Ok(()),
                Err(refused) => error = refused,
            }
        }
        Err(error)
    };
    match reach() {
        Ok(()) => Ok(endpoint.to_owned()),
        Err(error) => {
            Err(Diagnostic::error(&code::LOCAL_SILENT, format!("nothing answers at `{endpoint}`: {error}"))
                .help("start the server, or leave out its address: then one is started"))
        }
    }
}

/// Host and port.
fn split(endpoint: &str) -> Option<(&str, u16)> {
    let (rest, default) = match endpoint.split_once("://")? {
        ("http", rest) => (rest, 80),
        ("https", rest) => (rest, 443),
        _ => return None,
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '[' | ']');
    if rest.is_empty() || !rest.chars().all(plain) {
        return None;
    }
    match rest.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => {
            Some((host.trim_start_matches('[').trim_end_matches(']'), port.parse().ok()?))
        }
        _ => Some((rest.trim_start_matches('[').trim_end_matches(']'), default)),
    }
}

fn is_aws(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    ["amazonaws.com", "amazonaws.com.cn", "amazonaws.eu", "api.aws"]
        .iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{check, split};

    #[test]
    fn what_listens_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("is free");
        let endpoint = format!("http://{}", listener.local_addr().expect("is bound"));
        assert_eq!(check(&format!("{endpoint}/")), Ok(endpoint));
    }

    #[test]
    fn silence_is_told_with_the_address() {
        // A port below 1024: no other test can be given it.
        let silent = check("http://127.0.0.1:1/").expect_err("nothing listens there");
        assert_eq!(silent.code, "FW6608");
        assert!(silent.message.contains("`http://127.0.0.1:1`"), "{}", silent.message);
    }

    #[test]
    fn what_is_no_address_and_what_is_aws_are_refused() {
        for endpoint in [
            "",
            "here",
            "ftp://here",
            "http://",
            "http://a b",
            "http://a:99999",
            "http://a/b",
            "http://user@a",
        ] {
            assert_eq!(check(endpoint).expect_err(endpoint).code, "FW6607", "{endpoint}");
        }
        let aws = check("https://cloudformation.eu-west-1.AmazonAWS.com").expect_err("is AWS");
        assert_eq!(aws.message, "`https://cloudformation.eu-west-1.AmazonAWS.com` is AWS itself");
    }

    #[test]
    fn ports_and_brackets_are_understood() {
        assert_eq!(split("http://localhost:4566"), Some(("localhost", 4566)));
        assert_eq!(split("https://aws.test"), Some(("aws.test", 443)));
        assert_eq!(split("http://[::1]:4566"), Some(("::1", 4566)));
        assert_eq!(split("http://[::1]"), Some(("::1", 80)));
    }
}
