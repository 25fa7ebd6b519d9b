//! Files from a folder on the web.

use crate::data::fetch::reach::Reach;
use crate::data::fetch::unpack;
use crate::data::source::File;
use crate::error::{Error, Result};
use std::io;
use ureq::Agent;

/// Downloads the `wanted` files from the folder `url` into `brought`, until one fails.
///
/// # Errors
/// [`Error::Failed`] with the file's name and the reason; files brought before it stay brought.
pub fn bring(url: &str, wanted: &[File], reach: &Reach, brought: &mut Vec<(File, Vec<u8>)>) -> Result<()> {
    let agent: Agent = Agent::config_builder()
        .timeout_resolve(Some(reach.connect))
        .timeout_connect(Some(reach.connect))
        .timeout_per_read(Some(reach.stall))
        .timeout_global(Some(reach.download))
        // The files are gzipped already; asked for plain bytes, a server sends them as they are.
        .accept_encoding("identity")
        .build()
        .into();
    for file in wanted {
        let response = agent.get(format!("{url}{}.gz", file.name)).call().map_err(io::Error::other);
        let bytes = response.and_then(|response| unpack::file(response.into_body().into_reader(), file));
        brought.push((*file, bytes.map_err(|why| Error::Failed(format!("{}.gz: {why}", file.name)))?));
    }
    Ok(())
}
