//! Evidence packs for tests.

use super::ciacm::{Ciacm, Output};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The files of a pack by path.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A small pack that all tests of this process share.
pub struct Shared {
    /// The zip file.
    pub zip: Vec<u8>,
    /// Its files.
    pub files: Files,
    /// The root certificate, as the auditor got it by another way.
    pub root: Vec<u8>,
    /// The home that it came from.
    pub ciacm: Ciacm,
}

/// The controls of the small pack: a few resources, every verdict but MANUAL.
pub const FEW: [&str; 2] = ["--control", "AWS-S3-001,AWS-IAM-004"];

/// The small pack.
pub fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let ciacm = Ciacm::with_demo(&FEW);
        ciacm.run(["evidence", "export", "--out", "pack.zip"]).expect_code(0);
        let zip = fs::read(ciacm.path("pack.zip")).unwrap();
        let files = unzip(&zip);
        Shared { root: files["keys/ca.crt"].clone(), zip, files, ciacm }
    })
}

impl Ciacm {
    /// A home with a signing identity without a passphrase, in which the demo estate was scanned.
    pub fn with_demo(selection: &[&str]) -> Self {
        let ciacm = Self::new();
        ciacm.run(["init", "--organisation", "Example Corp", "--no-passphrase"]).expect_code(0);
        ciacm.args(["scan", "demo", "--fail-on", "none"]).args(selection).run().expect_code(0);
        ciacm
    }

    /// Writes the files of a pack as a directory.
    pub fn unpacked(&self, name: &str, files: &Files) -> PathBuf {
        let directory = self.path(name);
        for (path, bytes) in files {
            let path = directory.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        directory
    }

    /// Verifies a pack.
    pub fn verify(&self, pack: &Path) -> Output {
        self.args(["evidence", "verify"]).args([pack]).run()
    }
}

/// The files of a zip file.
pub fn unzip(bytes: &[u8]) -> Files {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    names
        .into_iter()
        .map(|name| {
            let mut content = Vec::new();
            archive.by_name(&name).unwrap().read_to_end(&mut content).unwrap();
            (name, content)
        })
        .collect()
}

/// A zip file of these files, in this order, whatever their names.
pub fn zipped<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}
