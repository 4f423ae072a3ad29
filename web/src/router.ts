// Routes. The three map views are children of one shell, so that the map stays while they change.
import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    {
      path: '/',
      component: () => import('./views/map_shell.vue'),
      children: [
        { path: '', name: 'map', component: () => import('./views/map_view.vue') },
        {
          path: 'journeys',
          name: 'journeys',
          component: () => import('./views/journeys_view.vue')
        },
        { path: 'circle', name: 'circle', component: () => import('./views/circle_view.vue') }
      ]
    },
    {
      path: '/timetables',
      name: 'timetables',
      component: () => import('./views/timetables_view.vue')
    },
    {
      path: '/ledger',
      component: () => import('./views/ledger_shell.vue'),
      children: [
        { path: '', name: 'ledger', component: () => import('./views/ledger_accounts.vue') },
        {
          path: 'accounts/:id',
          name: 'ledger_account',
          component: () => import('./views/ledger_account.vue')
        },
        {
          path: 'transfers',
          name: 'ledger_transfers',
          component: () => import('./views/ledger_transfers.vue')
        },
        {
          path: 'balance',
          name: 'ledger_balance',
          component: () => import('./views/ledger_balance.vue')
        },
        {
          path: 'limits',
          name: 'ledger_limits',
          component: () => import('./views/ledger_limits.vue')
        }
      ]
    },
    {
      path: '/policies',
      name: 'policies',
      component: () => import('./views/policies_view.vue')
    },
    {
      path: '/policies/:id',
      component: () => import('./views/policy_shell.vue'),
      children: [
        { path: '', name: 'policy', component: () => import('./views/policy_card.vue') },
        {
          path: 'decide',
          name: 'policy_decide',
          component: () => import('./views/policy_decide.vue')
        },
        {
          path: 'versions',
          name: 'policy_versions',
          component: () => import('./views/policy_versions.vue')
        },
        {
          path: 'checks',
          name: 'policy_checks',
          component: () => import('./views/policy_checks.vue')
        },
        {
          path: 'receipt',
          name: 'policy_receipt',
          component: () => import('./views/policy_receipt.vue')
        }
      ]
    },
    {
      path: '/credentials',
      name: 'credentials',
      component: () => import('./views/credentials_view.vue')
    },
    { path: '/docs/api', name: 'api', component: () => import('./views/api_view.vue') },
    { path: '/:rest(.*)*', name: 'missing', component: () => import('./views/missing_view.vue') }
  ]
})

// A new view starts at its beginning, for the eye and for the keyboard. The first one is the
// browser's to place, and changes within a view leave the reader where she is.
router.afterEach((to, from) => {
  if (from.name === undefined || to.name === from.name) return
  window.scrollTo(0, 0)
  document.getElementById('main')?.focus({ preventScroll: true })
})
