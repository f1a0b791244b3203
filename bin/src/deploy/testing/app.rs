//! Assembly folders for tests: an app with one stack, written as `synth` writes it and read back.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use formwork_assembly::{
    Assembly, Asset, AssetFiles, AssetHasher, AssetSource, Place, ResourceOrigin, Site, Stack, folder,
};
use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;

use super::FakeCloud;
use crate::deploy::{Interrupter, Interrupts, Progress, Question, Session, Target, Teller, cloud::Identity};

/// An app on the disk, and a run of the engine with it.
pub struct FakeApp {
    /// The package and, in `out`, its assembly folder.
    pub directory: TempDir,
    /// What is deployed.
    pub target: Target,
    /// The run.
    pub session: Session<FakeCloud>,
    /// What is told.
    pub told: UnboundedReceiver<Progress>,
    /// Interrupts the run.
    pub interrupter: Interrupter,
}

impl FakeApp {
    /// An app with these files, assets made of them, and sites whose asset is named by its place in the list of assets.
    pub fn new(files: &[(&str, &str)], assets: &[AssetSource], sites: &[Site]) -> Self {
        Self::with_template("{\n  \"Resources\": {}\n}\n", files, assets, sites)
    }

    /// The same, with a template.
    pub fn with_template(
        template: &str,
        files: &[(&str, &str)],
        assets: &[AssetSource],
        sites: &[Site],
    ) -> Self {
        let directory = tempfile::tempdir().expect("makes a directory");
        for (path, content) in files {
            put(&directory.path().join(path), content);
        }
        let hashes = AssetFiles::new(directory.path());
        let named = assets.iter().enumerate().map(|(number, source)| Asset {
            hash: hashes.hash(source).expect("is readable"),
            name: format!("Shop/Part{number}/Asset"),
            source: source.clone(),
        });
        let assets: Vec<Asset> = named.collect();
        let sites: Vec<Site> = sites
            .iter()
            .map(|site| Site {
                asset: assets[site.asset.parse::<usize>().expect("is a place")].hash.clone(),
                ..site.clone()
            })
            .collect();
        let of_sites: Vec<&String> = sites.iter().map(|site| &site.asset).collect();
        let of_stack = assets.iter().map(|asset| asset.hash.clone()).filter(|hash| !of_sites.contains(&hash));
        let stack = Stack { assets: of_stack.collect(), template: template.to_owned(), ..stack() };
        let assembly = Assembly {
            app: "shop".to_owned(),
            stage: "prod".to_owned(),
            stacks: vec![stack],
            assets,
            sites,
            ..Assembly::default()
        };
        let out = directory.path().join("out");
        folder::write(&out, &assembly, &hashes).expect("writes the folder");
        Self::of_folder(directory, &out)
    }

    /// An assembly folder that is there.
    pub fn of_folder(directory: TempDir, out: &Path) -> Self {
        let assembly = folder::read(out).expect("is a folder");
        let (teller, told) = Teller::channel();
        let (interrupter, interrupts) = Interrupts::new();
        let session = Session {
            cloud: FakeCloud::new(),
            desks: Default::default(),
            own: None,
            caller: Identity {
                account: "111122223333".to_owned(),
                arn: "arn:aws:iam::111122223333:user/ada".to_owned(),
            },
            teller,
            interrupts,
            pace: Duration::from_secs(2),
            run: "run-1".to_owned(),
            local: None,
            builder: directory.path().join("docker").into(),
            builder_settings: Some(directory.path().join("home")),
            scratch: directory.path().join("runs"),
        };
        Self { target: Target { assembly, folder: out.to_owned() }, directory, session, told, interrupter }
    }

    /// The one stack.
    pub fn stack(&self) -> &Stack {
        &self.target.assembly.stacks[0]
    }

    /// What was told until now. Questions are answered with no.
    pub fn told(&mut self) -> Vec<Progress> {
        std::iter::from_fn(|| self.told.try_recv().ok()).collect()
    }

    /// Answers every question from now on, and counts them.
    pub async fn answering<T>(
        &mut self,
        yes: bool,
        work: impl AsyncFnOnce(&Session<FakeCloud>, &Target) -> T,
    ) -> (T, Vec<Question>) {
        let mut asked = Vec::new();
        let (session, target) = (self.session.clone(), self.target.clone());
        let work = work(&session, &target);
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return (done, asked),
                Some(progress) = self.told.recv() => {
                    if let Progress::Question { question, answer } = progress {
                        asked.push(question);
                        answer.send(yes).expect("somebody waits");
                    }
                }
            }
        }
    }
}

fn stack() -> Stack {
    let at = Place { file: "src/main.rs".into(), line: 12, column: 16 };
    Stack {
        id: "Shop".to_owned(),
        name: "shop-prod-Shop".to_owned(),
        account: None,
        region: None,
        template: String::new(),
        tags: Vec::new(),
        termination_protection: false,
        dependencies: Vec::new(),
        assets: Vec::new(),
        resources: vec![ResourceOrigin {
            logical_id: "Part0".to_owned(),
            path: "Shop/Part0/Service".to_owned(),
            at: Some(at),
        }],
        gates: Vec::new(),
        secure_strings: BTreeMap::new(),
    }
}

/// Writes a file, with the directories around it.
pub fn put(path: &Path, content: &str) {
    fs::create_dir_all(path.parent().expect("has a parent")).expect("makes directories");
    fs::write(path, content).expect("writes");
}
