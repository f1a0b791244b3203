//! SHA-256 in hex, over whatever comes in, piece by piece.
//!
//! By `hmac-sha256`, which has no dependencies: `sha2` and its seven take 3.4 s of a 22 s build. Nothing secret is hashed here.

use std::{
    fmt::Write,
    io::{self, Read},
};

/// A hash in the making.
#[derive(Clone)]
pub(crate) struct Sha256(hmac_sha256::Hash);

impl Sha256 {
    pub(crate) fn new() -> Self {
        Self(hmac_sha256::Hash::new())
    }

    /// The hash of one piece, in hex.
    pub(crate) fn hex_of(bytes: &[u8]) -> String {
        let mut hash = Self::new();
        hash.update(bytes);
        hash.hex()
    }

    /// The hash of all that comes, and how many bytes came.
    pub(crate) fn of_all(mut content: impl Read) -> io::Result<([u8; 32], u64)> {
        let (mut hash, mut length) = (Self::new(), 0);
        let mut piece = vec![0; 1 << 16];
        loop {
            match content.read(&mut piece) {
                Ok(0) => return Ok((hash.0.finalize(), length)),
                Ok(count) => {
                    hash.update(&piece[..count]);
                    length += count as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn hex(self) -> String {
        self.0.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of the standard.
    #[test]
    fn agrees_with_the_standard() {
        let million = vec![b'a'; 1_000_000];
        let vectors: [(&[u8], &str); 4] = [
            (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
            (&million, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"),
        ];
        for (bytes, hex) in vectors {
            assert_eq!(Sha256::hex_of(bytes), hex);
        }
    }

    #[test]
    fn does_not_care_how_the_bytes_come_in() {
        let bytes: Vec<u8> = (0..=255).cycle().take(300).collect();
        for length in 0..bytes.len() {
            let whole = Sha256::hex_of(&bytes[..length]);
            for step in [1, 7, 63, 64, 65] {
                let mut hash = Sha256::new();
                bytes[..length].chunks(step).for_each(|piece| hash.update(piece));
                assert_eq!(hash.hex(), whole, "{length} bytes by {step}");
            }
            let (all, count) = Sha256::of_all(&bytes[..length]).unwrap();
            let hex: String = all.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((hex, count), (whole, length as u64));
        }
    }
}
