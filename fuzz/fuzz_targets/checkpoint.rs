//! A checkpoint that was cut, bent or swapped: a run that goes on by it has every row all the same.
#![no_main]

use std::sync::OnceLock;

use jumpcloud_client::collect::{Checkpoint as _, MemoryCheckpoint, Plan};
use jumpcloud_client::resources::{System, SystemUser, UserGroup, UserGroupMembership};
use jumpcloud_client::transport::Request;
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_client::{Listed, ListedOf, Snapshot};
use jumpcloud_fuzz::{client, run};
use libfuzzer_sys::fuzz_target;

fn reply(request: &Request) -> Reply {
    let first = request.url().query_pairs().all(|(name, value)| name != "skip" || value == "0");
    let path = request.url().path();
    let rows = match path.trim_start_matches("/api") {
        "/organizations" => r#"{"_id":"5f0000000000000000000001","id":"5f0000000000000000000001"}"#,
        "/systems" => r#"{"_id":"5f00000000000000000000aa"},{"_id":"5f00000000000000000000ab"}"#,
        "/systemusers" => r#"{"_id":"5f00000000000000000000ba"}"#,
        "/v2/usergroups" => r#"{"id":"5f00000000000000000000ca","name":"Staff"}"#,
        _ => r#"{"id":"5f00000000000000000000ba","type":"user"}"#,
    };
    let rows = if first { rows } else { "" };
    if path.starts_with("/api/v2") {
        Reply::json(200, &format!("[{rows}]"))
            .header("x-total-count", &rows.matches('}').count().to_string())
    } else {
        Reply::json(
            200,
            &format!(r#"{{"totalCount":{},"results":[{rows}]}}"#, rows.matches('}').count()),
        )
    }
}

fn collect(checkpoint: &MemoryCheckpoint) -> Option<Snapshot> {
    let script = Scripted::answering(reply);
    let plan = Plan::for_inputs(["SYS", "USR", "UGR", "UGM"]).ok()?;
    let client = client(&script);
    let checkpoint = checkpoint.clone();
    run(async move { client.collect(plan).checkpoint(checkpoint).run(&mut |_| {}).await.ok() })
}

type Pieces = Vec<(String, Vec<u8>)>;

/// What a run that was stopped before its end leaves behind.
fn left() -> &'static Pieces {
    static LEFT: OnceLock<Pieces> = OnceLock::new();
    LEFT.get_or_init(|| {
        let checkpoint = Keeps::default();
        let script = Scripted::answering(reply);
        let plan = Plan::for_inputs(["SYS", "USR", "UGR", "UGM"]).expect("they are inputs");
        let client = client(&script);
        let kept = checkpoint.clone();
        run(async move { client.collect(plan).checkpoint(kept).run(&mut |_| {}).await.ok() });
        let pieces = checkpoint.0.lock().expect("nobody else").clone();
        assert!(pieces.len() > 3, "{} pieces", pieces.len());
        pieces.into_iter().collect()
    })
}

/// A checkpoint that forgets nothing, as if the program had died before the end.
#[derive(Clone, Debug, Default)]
struct Keeps(std::sync::Arc<std::sync::Mutex<std::collections::BTreeMap<String, Vec<u8>>>>);

type Done<'a, T> = std::pin::Pin<
    Box<dyn Future<Output = Result<T, jumpcloud_client::collect::CheckpointError>> + Send + 'a>,
>;

// What the macro `async_trait` writes, without the macro.
impl jumpcloud_client::collect::Checkpoint for Keeps {
    fn load<'a, 'b, 'c>(&'a self, name: &'b str) -> Done<'c, Option<Vec<u8>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        let piece = self.0.lock().expect("nobody else").get(name).cloned();
        Box::pin(async move { Ok(piece) })
    }

    fn keep<'a, 'b, 'p, 'c>(&'a self, name: &'b str, piece: &'p [u8]) -> Done<'c, ()>
    where
        'a: 'c,
        'b: 'c,
        'p: 'c,
        Self: 'c,
    {
        self.0.lock().expect("nobody else").insert(name.to_owned(), piece.to_vec());
        Box::pin(async { Ok(()) })
    }

    fn clear<'a, 'c>(&'a self) -> Done<'c, ()>
    where
        'a: 'c,
        Self: 'c,
    {
        Box::pin(async { Ok(()) })
    }
}

/// Which piece, what is done to it, where, and with what.
type Damage<'a> = (u8, u8, u16, &'a [u8]);

fuzz_target!(|damage: Vec<Damage<'_>>| {
    let mut pieces = left().clone();
    let count = pieces.len();
    for (which, how, at, bytes) in damage.into_iter().take(4) {
        let other = pieces[usize::from(at) % count].1.clone();
        let piece = &mut pieces[usize::from(which) % count].1;
        let at = usize::from(at).min(piece.len());
        match how % 5 {
            0 => piece.truncate(at),
            1 => *piece = bytes.to_vec(),
            2 => *piece = other,
            3 => drop(piece.splice(at..at, bytes.iter().copied())),
            _ => piece.iter_mut().skip(at).zip(bytes).for_each(|(to, from)| *to = *from),
        }
    }
    let checkpoint = MemoryCheckpoint::default();
    run(async {
        for (name, piece) in &pieces {
            checkpoint.keep(name, piece).await.expect("memory keeps");
        }
    });
    let Some(snapshot) = collect(&checkpoint) else { return };
    assert!(System::of(&snapshot).state().is_complete());
    assert_eq!(System::of(&snapshot).records.len(), 2);
    assert_eq!(SystemUser::of(&snapshot).records.len(), 1);
    assert_eq!(UserGroup::of(&snapshot).records.len(), 1);
    assert_eq!(UserGroupMembership::of(&snapshot).of.len(), 1);
});
