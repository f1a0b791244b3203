//! Packed directories.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read, Seek, SeekFrom, Write},
    time::{Duration, SystemTime},
};

use formwork_assembly::AssetFiles;

use super::super::archive;
use crate::deploy::testing::put;

fn packed(files: &[(&str, &str)], age: u64) -> Vec<u8> {
    let directory = tempfile::tempdir().expect("makes a directory");
    for (path, content) in files {
        let path = directory.path().join("a").join(path);
        put(&path, content);
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + age);
        File::options().write(true).open(&path).expect("opens").set_modified(time).expect("sets the time");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("lib/b.js", directory.path().join("a/link.js")).expect("links");
    let files = AssetFiles::new(directory.path()).list("a").expect("lists");
    let mut bytes = Cursor::new(Vec::new());
    archive::write(&files, &mut bytes).expect("packs");
    bytes.into_inner()
}

#[test]
fn the_same_files_are_the_same_bytes_whenever_they_were_written() {
    let forth = packed(&[("z.js", "zzzzzzzzzzzzzzzz"), ("lib/b.js", "b")], 0);
    let back = packed(&[("lib/b.js", "b"), ("z.js", "zzzzzzzzzzzzzzzz")], 86_400);
    assert_eq!(forth, back);
    assert_ne!(forth, packed(&[("z.js", "zzzzzzzzzzzzzzzz"), ("lib/b.js", "c")], 0));
}

#[test]
fn a_packed_directory_has_all_its_files_in_one_order() {
    let bytes = packed(&[("z.js", "z"), ("lib/b.js", "b")], 0);
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("is an archive");
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).expect("is there");
        let mut content = String::new();
        file.read_to_string(&mut content).expect("is text");
        let mode = file.unix_mode().unwrap_or_default() & 0o777;
        found.push((file.name().expect("is text").into_owned(), content, mode, file.is_symlink()));
    }
    let link = cfg!(unix).then(|| ("link.js".to_owned(), "lib/b.js".to_owned()));
    let names: Vec<(String, String)> =
        found.iter().map(|(name, content, ..)| (name.clone(), content.clone())).collect();
    let plain = |name: &str, content: &str| (name.to_owned(), content.to_owned());
    let expected: Vec<_> =
        [plain("lib/b.js", "b")].into_iter().chain(link).chain([plain("z.js", "z")]).collect();
    assert_eq!(names, expected);
    assert!(found.iter().all(|(.., mode, is_link)| *is_link || *mode == 0o755));
    assert_eq!(found.iter().any(|(.., is_link)| *is_link), cfg!(unix));
}

/// A disk with little room.
struct Full {
    room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.room = self.room.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Full {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        Ok(if let SeekFrom::Start(place) = to { place } else { 0 })
    }
}

#[test]
fn a_full_disk_is_told_as_such() {
    let directory = tempfile::tempdir().expect("makes a directory");
    put(&directory.path().join("a/b.txt"), "content");
    fs::create_dir_all(directory.path().join("a/empty")).expect("makes a directory");
    let files = AssetFiles::new(directory.path()).list("a").expect("lists");
    let error = archive::write(&files, Full { room: 10 }).expect_err("has no room");
    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    let finding = archive::unpackable("a", &error);
    assert!(finding.help.is_some_and(|help| help.contains("disk")));
}
