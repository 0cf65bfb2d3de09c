//! What the fuzz targets have in common: a client without a network, on a clock that does not wait.

use std::future::Future;
use std::time::Duration;

use jumpcloud_client::transport::scripted::Scripted;
use jumpcloud_client::{Client, Retry};

/// Ends one answer of the service and begins the next; it stands in no UTF-8 text.
const NEXT: u8 = 0xff;

/// Virtual time after which a read counts as hanging.
const HANGING: Duration = Duration::from_secs(24 * 3600);

/// The first byte, which chooses, and the answers behind it.
pub fn answers(data: &[u8]) -> Option<(u8, Vec<Vec<u8>>)> {
    let (choice, rest) = data.split_first()?;
    Some((*choice, rest.split(|byte| *byte == NEXT).map(<[u8]>::to_vec).collect()))
}

/// A client of this script that tries again once.
pub fn client(script: &Scripted) -> Client {
    let client = Client::builder()
        .transport(script.clone())
        .api_key("jca_fuzz")
        .random(|| 0)
        .max_in_flight(3)
        .retry(Retry::default().max_retries(1));
    client.build().expect("the settings are right")
}

/// Runs on paused time: waits pass at once, and one that never ends is a finding.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    let ended = runtime.block_on(async { tokio::time::timeout(HANGING, future).await });
    ended.expect("every read ends")
}
