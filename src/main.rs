//! quick
use lawbook::budget::Budget;
use lawbook::paths::Home;
use lawbook::study::s02_size::design;
use lawbook::sweep::*;
use std::sync::atomic::AtomicBool;
fn main() {
    let home = Home::find().unwrap();
    let records = home.records("02", Budget::Paper);
    let jobs = pending(design(Budget::Paper, None).jobs(), &lawbook::records::read(&records).unwrap());
    let work: f64 = jobs.iter().map(|j| j.work()).sum();
    let rate = probe_rate();
    eprintln!(
        "{} jobs, {:.1} TF, probe {:.0} GF/s: {:.0} s per worker-all",
        jobs.len(),
        work / 1e12,
        rate / 1e9,
        work / rate
    );
    let stop = AtomicBool::new(false);
    let r =
        run(&home, jobs, Options { records: &records, workers: 2, fresh: false }, &stop, &|e| match e.news {
            News::Recorded(r) => {
                eprintln!("{} {:.1}s {:.3}%", e.job.label, r.seconds, r.test_error_percent())
            }
            News::Failed(x) => eprintln!("{} {x}", e.job.label),
            _ => {}
        });
    eprintln!("{r:?}");
}
