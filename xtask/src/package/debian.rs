//! The Debian package: the program, its service, the user of it, and the documentation.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use crate::shell::{self, root};

/// A file of the package: where it comes from, where it goes, and its mode.
const FILES: [(&str, &str, u32); 5] = [
    ("packaging/baton.service", "usr/lib/systemd/system/baton.service", 0o644),
    ("packaging/baton.sysusers", "usr/lib/sysusers.d/baton.conf", 0o644),
    ("README.md", "usr/share/doc/baton/README.md", 0o644),
    ("LICENSE", "usr/share/doc/baton/copyright", 0o644),
    ("packaging/postinst", "DEBIAN/postinst", 0o755),
];

/// Debian's name of what a target runs on.
fn architecture(target: &str) -> Result<&'static str> {
    match target.split('-').next() {
        Some("x86_64") => Ok("amd64"),
        Some("aarch64") => Ok("arm64"),
        _ => anyhow::bail!("Debian has no name for {target}"),
    }
}

/// What the package says of itself (Debian Policy, chapter 5).
pub(super) fn control(version: &str, architecture: &str, installed_kib: u64) -> String {
    format!(
        "Package: baton\nVersion: {version}\nArchitecture: {architecture}\nSection: admin\n\
         Priority: optional\nInstalled-Size: {installed_kib}\nDepends: ca-certificates, systemd\n\
         Maintainer: The Baton founders <founders@baton.example>\n\
         Description: hand leads over from marketing to sales, and lose none\n \
         Baton takes signals, finds out whose they are, decides under a strategy that people write,\n \
         delivers each lead once in effect, and says why.\n"
    )
}

/// Packs what lies in `folder`; where the package is.
pub(super) fn write(folder: &Path, target: &str) -> Result<PathBuf> {
    ensure!(shell::output("dpkg-deb", &["--version"]).is_ok(), "dpkg-deb is not on this machine");
    let architecture = architecture(target)?;
    let stage = folder.join("debian");
    if stage.exists() {
        fs::remove_dir_all(&stage).context("removing what was staged before")?;
    }
    put(&folder.join("baton"), &stage.join("usr/bin/baton"), 0o755)?;
    for (from, to, mode) in FILES {
        put(&root().join(from), &stage.join(to), mode)?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let program = fs::metadata(folder.join("baton")).context("reading the program")?.len();
    let control = control(version, architecture, program.div_ceil(1024));
    fs::write(stage.join("DEBIAN/control"), control).context("writing what the package says")?;
    let package = folder.join(format!("baton_{version}_{architecture}.deb"));
    let (stage, made) = (stage.display().to_string(), package.display().to_string());
    shell::output("dpkg-deb", &["--root-owner-group", "--build", &stage, &made])?;
    Ok(package)
}

fn put(from: &Path, to: &Path, mode: u32) -> Result<()> {
    let parent = to.parent().context("a file of the package lies in a folder")?;
    fs::create_dir_all(parent).context("making a folder of the package")?;
    fs::copy(from, to).with_context(|| format!("copying {}", from.display()))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).context("setting a mode")
}
