//! `Retry-After` and `x-total-count`: any text is a bounded wait, and no total invents a row.
#![no_main]

use std::time::Duration;

use jumpcloud_client::resources::UserGroup;
use jumpcloud_client::transport::scripted::{Reply, Scripted};
use jumpcloud_fuzz::{client, run};
use libfuzzer_sys::fuzz_target;

/// The most that a service may ask for, and the request behind it.
const LONGEST: Duration = Duration::from_secs(125);

fuzz_target!(|data: (&str, &str)| {
    let (wait, total) = data;
    let fits = |text: &str| text.bytes().all(|byte| byte == b'\t' || (0x20..0x7f).contains(&byte));
    if !fits(wait) || !fits(total) {
        return;
    }
    let script = Scripted::new();
    script.push(Reply::json(429, "{}").header("retry-after", wait));
    for body in [r#"[{"id":"5f0000000000000000000001","name":"a"}]"#, "[]", "[]", "[]", "[]", "[]"]
    {
        script.push(Reply::json(200, body).header("x-total-count", total));
    }
    let list = client(&script).list::<UserGroup>().collect();
    let list = run(list);
    let seen = script.requests();
    assert!(seen[1].at - seen[0].at >= Duration::from_secs(1), "a throttle is always a wait");
    assert!(seen[1].at - seen[0].at <= LONGEST, "a wait has an end");
    if let Ok(list) = list {
        assert!(list.records.len() <= 1);
        let told = total.trim().parse::<u64>();
        assert!(told != Ok(7) || !list.state().is_complete(), "seven are not one");
    }
});
