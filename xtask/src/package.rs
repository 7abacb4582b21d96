//! What is given away: one program that needs no library of the machine, a Debian package and the
//! description of an image. Everything lies in `target/package`.

#[cfg(test)]
mod tests;

mod debian;
mod elf;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};

use crate::shell::{self, root, say};

/// Where everything is put, below the root.
const FOLDER: &str = "target/package";

/// What a machine needs to build for a target, and how it comes to it.
fn needs(target: &str) -> Result<()> {
    let libraries = shell::output("rustc", &["--print", "target-libdir", "--target", target])?;
    ensure!(
        Path::new(libraries.trim()).is_dir(),
        "the standard library for {target} is missing: run `rustup target add {target}`"
    );
    let compiler = format!("{}-linux-musl-gcc", target.split('-').next().unwrap_or_default());
    let found =
        ["musl-gcc", &compiler].iter().any(|name| shell::output(name, &["--version"]).is_ok());
    ensure!(
        found,
        "a C compiler for {target} is missing: install musl-tools (Debian, Ubuntu) or musl-gcc (Fedora)"
    );
    Ok(())
}

/// Builds the program for a target without libraries of the machine, and packs it.
///
/// # Errors
/// Where the machine lacks what this needs, where it does not build, or where what was built asks for
/// libraries of the machine all the same.
pub fn write(target: Option<String>) -> Result<()> {
    let target = target.unwrap_or_else(|| format!("{}-unknown-linux-musl", std::env::consts::ARCH));
    if !target.ends_with("-linux-musl") {
        bail!("{target} takes libraries of the machine: name a target that ends in -linux-musl");
    }
    needs(&target)?;
    let built = shell::cargo(
        &["build", "--profile", "given", "--package", "baton", "--target", &target, "--locked"],
        &[],
        |_| {},
    )?;
    ensure!(built.well, "the program did not build");
    let program = root().join("target").join(&target).join("given/baton");
    let bytes = fs::read(&program).context("reading the program")?;
    if let Some(loader) = elf::interpreter(&bytes)? {
        bail!("the program asks for libraries of the machine, through {loader}");
    }
    let folder = root().join(FOLDER);
    fs::create_dir_all(&folder).context("making target/package")?;
    fs::copy(&program, folder.join("baton")).context("copying the program")?;
    fs::copy(root().join("packaging/Dockerfile"), folder.join("Dockerfile"))
        .context("copying the description of the image")?;
    say(&told(&folder.join("baton"), bytes.len() as u64))?;
    match debian::write(&folder, &target) {
        Ok(package) => {
            let size = fs::metadata(&package).context("reading the package")?.len();
            say(&told(&package, size))?;
        }
        Err(error) => say(&format!("no Debian package: {error:#}"))?,
    }
    say(&format!("{FOLDER}/Dockerfile: docker build {FOLDER} -t baton"))?;
    Ok(())
}

/// A file and its size, for people.
fn told(path: &Path, bytes: u64) -> String {
    let path: PathBuf = path.strip_prefix(root()).unwrap_or(path).to_owned();
    format!("{}: {:.1} MB", path.display(), bytes as f64 / 1e6)
}
