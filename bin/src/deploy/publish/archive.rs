//! Directories packed into one file: the same bytes for the same files, on every system.
//!
//! By the crate `zip`, without what it has for other formats, and deflated by `miniz_oxide`, which has no variants for processors: other
//! compressors may find other bytes elsewhere. Every file has the same time, and may be executed, because the hash of an asset knows
//! nothing of either, and a program that a function starts must be executable whichever system packed it.

use std::{
    fs::{self, File},
    io::{self, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use formwork_assembly::{AssetFile, AssetFiles, Diagnostic, code};
use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

/// A packed directory. It is gone once this is dropped.
#[derive(Debug)]
pub(super) struct Archive(PathBuf);

impl Archive {
    /// Packs a directory of a folder into a new file elsewhere.
    pub(super) fn pack(folder: &Path, directory: &str, file: PathBuf) -> Result<Self, Vec<Diagnostic>> {
        let files = AssetFiles::new(folder).list(directory)?;
        let archive = Self(file);
        let written = File::create(&archive.0).and_then(|file| write(&files, file));
        written.map_err(|error| vec![unpackable(directory, &error)])?;
        Ok(archive)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        // Nothing more can be done about a file that cannot be removed.
        let _ = fs::remove_file(&self.0);
    }
}

/// Writes files, which come sorted by path.
pub(super) fn write(files: &[AssetFile], to: impl Write + Seek) -> io::Result<()> {
    let mut archive = ZipWriter::new(Quiet { to, is_broken: false, place: 0, end: 0 });
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(6))
        .last_modified_time(DateTime::default())
        .system(zip::System::Unix)
        .unix_permissions(0o755);
    for AssetFile { path, at, link } in files {
        if let Some(target) = link {
            archive.add_symlink(path.as_str(), target.as_str(), options).map_err(io_error)?;
            continue;
        }
        let mut file = File::open(at)?;
        let is_large = file.metadata()?.len() > 0xfff0_0000;
        archive.start_file(path.as_str(), options.large_file(is_large)).map_err(io_error)?;
        io::copy(&mut file, &mut archive)?;
    }
    archive.finish().map_err(io_error)?.flush()
}

/// A file that fails once. An archive that is given up would otherwise try to write its end, and print that it cannot.
struct Quiet<W> {
    to: W,
    is_broken: bool,
    place: u64,
    end: u64,
}

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = if self.is_broken { Ok(bytes.len()) } else { self.to.write(bytes) };
        self.is_broken |= written.as_ref().is_err_and(|error| error.kind() != io::ErrorKind::Interrupted);
        self.place += written.as_ref().map_or(0, |count| *count as u64);
        self.end = self.end.max(self.place);
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.is_broken { Ok(()) } else { self.to.flush() }
    }
}

impl<W: Seek> Seek for Quiet<W> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.place = match to {
            _ if !self.is_broken => self.to.seek(to)?,
            SeekFrom::Start(place) => place,
            SeekFrom::End(by) => self.end.saturating_add_signed(by),
            SeekFrom::Current(by) => self.place.saturating_add_signed(by),
        };
        Ok(self.place)
    }
}

fn io_error(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        other => io::Error::other(other),
    }
}

pub(super) fn unpackable(directory: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(&code::ASSET_UNPACKABLE, format!("cannot pack `{directory}`: {error}"))
        .help("make room on the disk where Formwork's directory among your caches is, and let it be written to; nothing is left behind")
}
