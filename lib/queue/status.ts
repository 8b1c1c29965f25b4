export { STATUSES, type Status } from '../core/status.ts';
