/** Ids of the parts of a case follow from the case and what they are part of: two phones write the same record. */
import { derived } from '../performance/ids';

export const groupId = (application: string, group: string): Promise<string> => derived(application, `group:${group}`);
export const itemId = (application: string, item: string): Promise<string> => derived(application, `item:${item}`);
export const markId = (application: string, item: string): Promise<string> => derived(application, `mark:${item}`);
