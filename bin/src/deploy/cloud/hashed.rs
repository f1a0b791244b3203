//! A file as it was hashed, in the pieces in which it is sent.

use std::{
    fs::File,
    io::{self, Read},
    path::PathBuf,
};

use aws_smithy_types::base64;
use formwork_assembly::checksum;

/// The largest file that is sent in one request: 16 MiB.
pub const WHOLE: u64 = 16 * MIB;

/// The pieces of a larger file: 8 MiB. S3 takes none of less than 5 MiB but the last.
pub const PIECE: u64 = 8 * MIB;

/// The most pieces that S3 takes. What would have more has larger ones.
pub const MOST: u64 = 10_000;

const MIB: u64 = 1024 * 1024;

/// A file whose content is known: what is sent of it is held against this, so that nothing else arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its pieces, one after the other; one that is empty, where it is.
    pub pieces: Vec<Piece>,
}

/// A piece of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its number, from 1.
    pub number: u32,
    /// Where it begins in the file.
    pub from: u64,
    /// Its bytes.
    pub size: u64,
    /// SHA-256 of it, in base64.
    pub checksum: String,
}

impl HashedFile {
    /// Reads a file through. None of it is kept but the hashes.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn read(path: PathBuf) -> io::Result<Self> {
        let each = each(path.metadata()?.len());
        Self::read_by(path, each)
    }

    /// The same, in pieces of so many bytes.
    pub(crate) fn read_by(path: PathBuf, each: u64) -> io::Result<Self> {
        let mut file = File::open(&path)?;
        let mut pieces: Vec<Piece> = Vec::new();
        for number in 1.. {
            let (hash, size) = checksum(file.by_ref().take(each))?;
            if size > 0 || pieces.is_empty() {
                let from = pieces.last().map_or(0, Piece::end);
                pieces.push(Piece { number, from, size, checksum: base64::encode(hash) });
            }
            if size < each {
                break;
            }
        }
        Ok(Self { path, pieces })
    }

    /// Its bytes.
    pub fn size(&self) -> u64 {
        self.pieces.last().map_or(0, Piece::end)
    }
}

impl Piece {
    /// Where it ends in the file.
    pub fn end(&self) -> u64 {
        self.from + self.size
    }
}

/// The size of the pieces of a file of so many bytes.
fn each(size: u64) -> u64 {
    if size <= WHOLE { WHOLE } else { PIECE.max(size.div_ceil(MOST).next_multiple_of(MIB)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_lie_one_behind_the_other() {
        for (size, count, last) in [(0, 1, 0), (1, 1, 1), (8, 1, 8), (9, 2, 1), (24, 3, 8)] {
            let file = tempfile::NamedTempFile::new().expect("is made");
            file.as_file().set_len(size).expect("grows");
            let file = HashedFile::read_by(file.path().to_owned(), 8).expect("is readable");
            assert_eq!((file.size(), file.pieces.len()), (size, count));
            assert_eq!(file.pieces.last().map(|piece| piece.size), Some(last));
            let mut end = 0;
            for (piece, number) in file.pieces.iter().zip(1..) {
                assert_eq!((piece.number, piece.from), (number, end));
                end = piece.end();
            }
            // Of nothing at all, as everybody knows it.
            let nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
            assert_eq!(file.pieces[0].checksum == nothing, size == 0);
        }
    }

    #[test]
    fn small_files_are_whole_and_no_large_one_has_more_pieces_than_are_taken() {
        assert_eq!((each(0), each(WHOLE)), (WHOLE, WHOLE));
        assert_eq!((each(WHOLE + 1), each(MOST * PIECE)), (PIECE, PIECE));
        for size in [MOST * PIECE + 1, 5 << 40, 50 << 40] {
            assert!(size.div_ceil(each(size)) <= MOST, "{size}");
        }
    }
}
