//! Compiles the protos of this folder into Rust: messages, clients, servers, and the descriptor set
//! that reflection and tests read. No `protoc` is needed: `protox` compiles in the build itself.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The folder that import paths start from, relative to the package.
const ROOT: &str = "proto";
/// The package of the API as a folder below the root.
const PACKAGE: &str = "concierge/v1";
/// Name of the descriptor set below `OUT_DIR`; `src/api/mod.rs` includes it.
const DESCRIPTOR_SET: &str = "concierge.fds.bin";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={ROOT}");
    let out_dir = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);

    let mut compiler = protox::Compiler::new([ROOT])?;
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(proto_files()?)?;

    // Encoded by the compiler itself, as prost's own types would drop the options of annotations.proto.
    fs::write(out_dir.join(DESCRIPTOR_SET), compiler.encode_file_descriptor_set())?;

    tonic_prost_build::configure()
        .build_client(true)
        .build_server(true)
        // In the order of its keys, so that the same request is always the same bytes.
        .btree_map(".concierge.v1.Guest.attributes")
        .compile_fds(compiler.file_descriptor_set())?;
    Ok(())
}

/// Every proto file of the package, as paths below the root, in a stable order.
fn proto_files() -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(Path::new(ROOT).join(PACKAGE))? {
        let name = PathBuf::from(entry?.file_name());
        if name.extension().is_some_and(|extension| extension == "proto") {
            files.push(Path::new(PACKAGE).join(name));
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(format!("no .proto file in {ROOT}/{PACKAGE}").into());
    }
    Ok(files)
}
