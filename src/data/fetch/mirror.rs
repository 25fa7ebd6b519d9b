//! Files from a folder or a zip archive on the web.

use crate::data::fetch::reach::Reach;
use crate::data::fetch::unpack;
use crate::data::source::File;
use crate::error::{Error, Result};
use std::io::{self, Read};
use ureq::Agent;

/// Downloads the `wanted` files from the folder `url` into `brought`, until one fails.
///
/// # Errors
/// [`Error::Failed`] with the file's name and the reason; files brought before it stay brought.
pub fn bring(url: &str, wanted: &[File], reach: &Reach, brought: &mut Vec<(File, Vec<u8>)>) -> Result<()> {
    let agent = agent(reach);
    for file in wanted {
        let response = agent.get(format!("{url}{}.gz", file.name)).call().map_err(io::Error::other);
        let bytes = response.and_then(|response| unpack::file(response.into_body().into_reader(), file));
        brought.push((*file, bytes.map_err(|why| Error::Failed(format!("{}.gz: {why}", file.name)))?));
    }
    Ok(())
}

/// The most bytes that are downloaded of an archive.
const ZIP_BYTES: u64 = 64 << 20;

/// Downloads the zip archive at `url` and takes the `wanted` files out of it.
///
/// # Errors
/// [`Error::Failed`] with the reason.
pub fn bring_zip(url: &str, wanted: &[File], reach: &Reach) -> Result<Vec<(File, Vec<u8>)>> {
    let failed = |why: io::Error| Error::Failed(why.to_string());
    let response = agent(reach).get(url).call().map_err(io::Error::other).map_err(failed)?;
    let mut bytes = Vec::new();
    response.into_body().into_reader().take(ZIP_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    unpack::zip(&bytes, wanted).map_err(failed)
}

fn agent(reach: &Reach) -> Agent {
    Agent::config_builder()
        .timeout_resolve(Some(reach.connect))
        .timeout_connect(Some(reach.connect))
        .timeout_per_read(Some(reach.stall))
        .timeout_global(Some(reach.download))
        // The files are compressed already; asked for plain bytes, a server sends them as they are.
        .accept_encoding("identity")
        .build()
        .into()
}
