//! The loop behind the runs.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use futures::future::{Either, select};
use futures::stream::FuturesUnordered;
use futures::{Stream, StreamExt as _};
use tokio::time::Instant;

use super::tenant::Tenant;
use super::{Ended, Fleet, Stop, TenantRun};
use crate::send::now;

/// Tenants that wait, by credential.
struct Waiting(Vec<Line>);

struct Line {
    tenants: VecDeque<Tenant>,
    under_way: usize,
    /// When one of it began last, as a count.
    last: u64,
}

impl Waiting {
    fn new(tenants: Vec<Tenant>) -> Self {
        let mut lines: Vec<Line> = Vec::new();
        for tenant in tenants {
            let same = |line: &&mut Line| {
                let first = line.tenants.front();
                first.is_some_and(|first| first.shares_credential_with(&tenant))
            };
            match lines.iter_mut().find(same) {
                Some(line) => line.tenants.push_back(tenant),
                None => {
                    lines.push(Line { tenants: VecDeque::from([tenant]), under_way: 0, last: 0 });
                }
            }
        }
        Self(lines)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|line| line.tenants.is_empty())
    }

    /// The next one, of the credential that has the fewest under way and has waited longest.
    fn next(&mut self, count: u64) -> Option<(usize, Tenant)> {
        let lines = self.0.iter_mut().enumerate().filter(|(_, line)| !line.tenants.is_empty());
        let (at, line) = lines.min_by_key(|(_, line)| (line.under_way, line.last))?;
        let tenant = line.tenants.pop_front()?;
        line.under_way = line.under_way.saturating_add(1);
        line.last = count;
        Some((at, tenant))
    }

    fn ended(&mut self, at: usize) {
        if let Some(line) = self.0.get_mut(at) {
            line.under_way = line.under_way.saturating_sub(1);
        }
    }

    fn rest(self) -> impl Iterator<Item = Tenant> {
        self.0.into_iter().flat_map(|line| line.tenants)
    }
}

pub(super) fn run<W, F, T, E>(
    fleet: Fleet,
    work: W,
    stop: Stop,
) -> impl Stream<Item = TenantRun<T, E>> + Send
where
    W: Fn(Tenant) -> F + Send,
    F: Future<Output = Result<T, E>> + Send,
    T: Send,
    E: Send,
{
    async_stream::stream! {
        let Fleet { tenants, workers, long } = fleet;
        let mut waiting = Waiting::new(tenants);
        let mut under_way = FuturesUnordered::new();
        // Those that hold a worker, in the order in which they began, and those that gave it back.
        let mut holding: BTreeMap<u64, Instant> = BTreeMap::new();
        let mut beside: BTreeSet<u64> = BTreeSet::new();
        let mut count = 0_u64;
        loop {
            while !stop.is_asked() && holding.len() < workers {
                count = count.saturating_add(1);
                let Some((line, tenant)) = waiting.next(count) else { break };
                let began = now();
                holding.insert(count, began);
                let running = work(tenant.clone());
                under_way.push(async move { (count, line, tenant, began, running.await) });
            }
            if under_way.is_empty() {
                break;
            }
            let oldest = holding.first_key_value().map(|(count, began)| (*count, *began));
            let ended = match oldest {
                Some((count, began)) if !waiting.is_empty() && beside.len() < workers => {
                    let left = long.saturating_sub(now().saturating_duration_since(began));
                    let time = std::pin::pin!(tokio::time::sleep(left));
                    match select(under_way.next(), time).await {
                        Either::Left((ended, _)) => ended,
                        Either::Right(_) => {
                            holding.remove(&count);
                            beside.insert(count);
                            continue;
                        }
                    }
                }
                _ => under_way.next().await,
            };
            let Some((count, line, tenant, began, result)) = ended else { break };
            holding.remove(&count);
            beside.remove(&count);
            waiting.ended(line);
            yield TenantRun {
                requests: tenant.client().counters().requests(),
                took: now().saturating_duration_since(began),
                ended: match result {
                    Ok(brought) => Ended::Done(brought),
                    Err(error) => Ended::Failed(error),
                },
                ..not_begun(tenant)
            };
        }
        for tenant in waiting.rest() {
            yield not_begun(tenant);
        }
    }
}

fn not_begun<T, E>(tenant: Tenant) -> TenantRun<T, E> {
    let (organization, name) = tenant.into_names();
    TenantRun {
        organization,
        name,
        ended: Ended::NotBegun,
        took: std::time::Duration::ZERO,
        requests: 0,
    }
}
