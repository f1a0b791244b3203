//! What each construct's test does: one snapshot, and a law that holds for every combination of its options.

use formwork_synth::{App, Scope, Stage, testing};

/// Compares a stack with its snapshot: in a stage that is not protected, and in one that is.
pub(crate) fn snapshot(name: &str, build: impl Fn(&mut Scope<'_>)) {
    snapshot_in(stages(), name, build);
}

/// As [`snapshot`], in stages of one's own.
pub(crate) fn snapshot_in(
    stages: impl IntoIterator<Item = Stage>,
    name: &str,
    build: impl Fn(&mut Scope<'_>),
) {
    let render = |stage: Stage| {
        let mut app = App::new("shop", &stage);
        app.no_cost_tags("a test");
        build(&mut app.stack("Shop"));
        testing::render(app)
    };
    let text: String = stages.into_iter().map(render).collect();
    let mut settings = insta::Settings::new();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/../snapshots/constructs"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// Builds a stack with options picked at random, many times, in both kinds of stage, and expects that nothing is found in it.
pub(crate) fn any_combination(build: impl Fn(&mut Scope<'_>, &mut Pick)) {
    any_combination_in(&stages(), build);
}

/// As [`any_combination`], in stages of one's own.
pub(crate) fn any_combination_in(stages: &[Stage], build: impl Fn(&mut Scope<'_>, &mut Pick)) {
    for seed in 0..100 {
        for stage in stages {
            let mut app = App::new("shop", stage);
            app.cost_tags([("owner", "shop team")]);
            build(&mut app.stack("Shop"), &mut Pick(seed));
            let found = testing::findings(app);
            assert!(found.is_empty(), "the combination {seed} in {} is refused:\n{found}", stage.name);
        }
    }
}

/// A stage that is not protected, and one that is, both of any account and region.
fn stages() -> [Stage; 2] {
    [Stage::new("dev"), Stage::new("prod").protected()]
}

/// Picks options: the same ones for the same seed.
pub(crate) struct Pick(u64);

impl Pick {
    /// True or false.
    pub(crate) fn flip(&mut self) -> bool {
        self.below(2) == 1
    }

    /// One of the choices.
    pub(crate) fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())].clone()
    }

    /// The spec as it is, or with one more option.
    pub(crate) fn maybe<T>(&mut self, spec: T, option: impl FnOnce(T) -> T) -> T {
        if self.flip() { option(spec) } else { spec }
    }

    /// A number below a bound, by the generator of Steele, Lea and Flood.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).expect("a number below a usize is one")
    }
}
