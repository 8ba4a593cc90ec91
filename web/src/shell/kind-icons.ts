import { Building2, CircleDollarSign, type LucideIcon, ShoppingBag, User } from 'lucide-react';
import type { KindName } from '../api.ts';

export const kindIcons: Readonly<Record<KindName, LucideIcon>> = {
  companies: Building2,
  contacts: User,
  leads: CircleDollarSign,
  customers: ShoppingBag,
};
