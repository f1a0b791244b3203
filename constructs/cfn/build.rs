//! Writes the Rust of every enabled service into `OUT_DIR`.

use std::{env, error::Error, fs, path::Path};

use formwork_codegen::{Kinds, Wanted};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let out = env::var("OUT_DIR")?;
    let out = Path::new(&out);
    let wanted = Wanted::by_any_type();
    let mut services = String::new();
    let mut kinds = Kinds::new();
    for service in formwork_schema::services().filter(|service| is_enabled(service)) {
        let facts: Vec<_> =
            formwork_schema::service_types(service).filter_map(formwork_schema::resource_type).collect();
        let generated = formwork_codegen::generate(&facts, &wanted);
        fs::write(out.join(format!("{service}.rs")), generated.source)?;
        kinds.extend(generated.kinds);
        services.push_str(&formwork_codegen::module(service, &facts));
    }
    fs::write(out.join("kind.rs"), formwork_codegen::kinds(&kinds))?;
    fs::write(out.join("services.rs"), services)?;
    Ok(())
}

/// True where the feature of the service's family, or `all`, is on.
fn is_enabled(service: &str) -> bool {
    let family = formwork_schema::family(service).to_uppercase().replace('-', "_");
    ["ALL", &family].iter().any(|feature| env::var_os(format!("CARGO_FEATURE_{feature}")).is_some())
}
