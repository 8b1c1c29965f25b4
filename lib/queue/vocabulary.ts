import type { Status } from '../core/status.ts';

/**
 * Words that files use for a status, lower case, words joined by one space. From the survey in
 * docs/queue-format.md and its languages; one line of text for each kind of word.
 */
export const STATUS_WORDS: Readonly<Record<Exclude<Status, 'UNKNOWN'>, readonly string[]>> = {
  PENDING: list(`
    pending, todo, to do, open, backlog, planned, queued, queue, ready, unclaimed, inbox, next,
    up next, not started, not yet started, not done, unstarted, new, triage, needs triage,
    upcoming, scheduled, available, outstanding, requested, proposed, approved, next up,
    coming up, unassigned, to start, ready to start, incomplete, remaining, not implemented,
    ready for dev, ready for agent, reopened, 未开工, 次のタスク, 待機, 待機中, 予定, 実装予定, 次, 未実装, chờ,
    chưa làm, chưa bắt đầu, preflight, 미착수, 未着手, 未対応, 未完了, 待办, 待處理, 待处理, 未开始, 待开始, 未完成, 대기,
    할 일, 예정, beklemede, bekliyor, yapılacak, yapilacak, planlandı, planlandi, açık, offen,
    geplant, ausstehend, à faire, a faire, en attente, por hacer, pendiente, pendente, a fazer,
    da fare, te doen, do zrobienia, к выполнению, ожидает, запланировано`),
  IN_PROGRESS: list(`
    in progress, inprogress, đang làm, đang thực hiện, 実装中, 開発中, active, doing, now, working,
    working on, in flight, inflight, current, currently, claimed, wip, started, ongoing,
    running, assigned, in work, in development, in dev, underway, under way, executing,
    in motion, work in progress, partially complete, partially done, partially completed,
    partial, 進行中, 进行中, 作業中, 着手中, 対応中, 处理中, 진행 중, 진행중, devam ediyor, yapılıyor, başladı,
    basladi, devam, sürüyor, yapiliyor, in arbeit, in bearbeitung, en cours, en progreso,
    en curso, em andamento, em progresso, in corso, bezig, w toku, в работе, в процессе`),
  COMPLETE: list(`
    complete, done, completed, resolved, finished, closed, fixed, shipped, merged, deployed,
    released, delivered, implemented, landed, success, succeeded, passed, verified, all done,
    code complete, solved, hoàn thành, xong, đã xong, implemented locally, 구현 완료, 처리 완료,
    завершён, achieved, complete and verified, accepted, closed out, принято, готово принято,
    完了, 済, 済み, 完了済み, 完成, 已完成, 완료, tamamlandi, tamamlandı, bitti, yapıldı, erledigt, fertig,
    abgeschlossen, terminé, termine, fait, hecho, completado, completada, terminado, concluído,
    concluido, feito, fatto, completato, klaar, gedaan, zrobione, gotowe, готово, выполнено,
    сделано, завершено`),
  FAILED: list(`
    failed, failure, falla, failing, error, errored, broken, crashed, timed out, timeout, 失敗,
    失败, 실패, başarısız, fehlgeschlagen, échoué, fallido, falhou, fallito, ошибка`),
  BLOCKED: list(`
    blocked, wait, wait for, wait on, on hold, onhold, hold, held, waiting, waiting on,
    waiting for, awaiting, gated, owner gated, human gated, stuck, needs input, needs info,
    needs human, needs owner, needs decision, waiting on user, waiting for user, blocker,
    needs user, owner action, waiting on owner, externally blocked, ブロック, ブロック中, 保留, 保留中, 待ち,
    阻塞, 已阻塞, 차단, 차단됨, 보류, engellendi, bloke, blockiert, wartet, bloqué, bloqueado, bloqueada,
    bloccato, geblokkeerd, zablokowane, заблокировано`),
  REVIEW: list(`
    review, in review, verify, ai review, human review, owner review, 確認待ち, 確認中,
    ready for review, needs review, under review, validation, validating, qa, in qa, testing,
    in testing, verifying, verification, to verify, needs verification, awaiting review,
    awaiting approval, waiting for review, waiting on review, pending review, pending approval,
    needs approval, pr open, in pr, code review, ready for qa, ready to merge, pr review,
    peer review, ready for testing, needs testing, pending verification, awaiting verification,
    レビュー, レビュー中, レビュー待ち, 审核中, 評審中, 评审中, 검토, 검토 중, incelemede, in prüfung, en revue,
    en revisión, em revisão, in revisione, на проверке, готово к ревью, готово к проверке,
    на ревью`),
  DEFERRED: list(`
    deferred, parked, later, someday, paused, frozen, ideas, idea, icebox, postponed,
    parking lot, maybe, someday maybe, future, snoozed, shelved, low priority later,
    backburner, back burner, delayed, not now, wishlist, wish list, on ice, dormant, 延期, 後回し,
    暂缓, 推迟, 已推迟, 연기, ertelendi, verschoben, zurückgestellt, reporté, aplazado, pospuesto,
    adiado, rimandato, uitgesteld, отложено`),
  CANCELLED: list(`
    cancelled, canceled, removed, skip, skipped, not in scope, out of scope, wont do, won't do,
    wont fix, won't fix, wontfix, dropped, rejected, abandoned, obsolete, superseded,
    duplicate, invalid, declined, discarded, deprecated, not needed, no longer needed, n/a,
    not applicable, withdrawn, killed, archived, retired, deleted, キャンセル, 中止, 取消, 已取消, 취소, 취소됨,
    iptal, iptal edildi, abgebrochen, storniert, annulé, cancelado, cancelada, annullato,
    geannuleerd, anulowane, отменено`),
};

function list(text: string): string[] {
  return text.split(',').map((word) => word.trim());
}

/** Emoji that tell a status by themselves. Coloured balls are priorities, not states. */
export const STATUS_EMOJI: Readonly<Record<string, Status>> = byStatus({
  COMPLETE: '✅ ☑ ✔ ✓ 🎉 🏁',
  PENDING: '⬜ ⏳ 🔲 ☐ 📋 🆕 🔜 ◻ ⌛ 🕐 📥',
  IN_PROGRESS: '🔄 🚧 🏗 🔨 ▶ 🏃 🔁 🛠 🔧 👷',
  BLOCKED: '🚫 ⛔ 🛑 🔒 ✋',
  REVIEW: '👀 🔍 🧪',
  DEFERRED: '⏸ 💤 🧊 💡 ❄ 🅿',
  CANCELLED: '🗑 ❎',
  FAILED: '❌ 💥 ✗ ✘ ✖',
});

/** What stands between the brackets of a checkbox. `-` and `>` as Obsidian Tasks has them. */
export const BOX_MARKS: Readonly<Record<string, Status>> = {
  '': 'PENDING',
  ' ': 'PENDING',
  ...byStatus({
    PENDING: '⏳ ⬜ _',
    COMPLETE: 'x X ✓ ✔ ✅ ☑ ✔️ *',
    IN_PROGRESS: '~ / . >> 🔄 🚧 ▶ w o',
    CANCELLED: '-',
    BLOCKED: '! 🚫 b B',
    REVIEW: '? r R',
    DEFERRED: '> < ⏸ d',
    FAILED: '✗ ✘ ❌ f F',
  }),
};

function byStatus(signs: Partial<Record<Status, string>>): Record<string, Status> {
  return Object.fromEntries(
    Object.entries(signs).flatMap(([status, text]) =>
      text.split(' ').map((sign) => [sign, status as Status]),
    ),
  );
}
